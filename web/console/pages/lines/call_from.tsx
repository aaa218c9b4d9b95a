// A call from this line: whom, what for, and before it is placed whether it may be. The server decides again.
import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { lineName, type Line } from '../../api/lines.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { momentText, Refusal } from '../../parts/refusal.tsx';
import { WhomField, type Whom } from '../../parts/whom.tsx';
import { go } from '../../shell/router.ts';

type Purpose = 'care' | 'service' | 'marketing';
const purposes = [
  ['care', 'Care'],
  ['service', 'Service'],
  ['marketing', 'Marketing'],
] as const;

function useAllowed(whom: Whom | undefined, purpose: Purpose, line_id: string) {
  const may = useMay();
  const entry = may('reach:read') && whom?.to !== whom?.number ? whom?.to : undefined;
  return useRead(entry ? `may-call/${entry}/${purpose}/${line_id}` : null, (signal) =>
    ask(
      api.GET('/api/v2/phone-numbers/{phone_id}/reachability', {
        params: { path: { phone_id: entry! }, query: { channel: 'call', purpose, line_id } },
        signal,
      }),
    ),
  );
}

export function CallFrom({ line, onClose }: { line: Line; onClose: () => void }) {
  const [whom, setWhom] = useState<Whom>();
  const [purpose, setPurpose] = useState<Purpose>('care');
  const allowed = useAllowed(whom, purpose, line.id).data;
  const place = useAction(async () => {
    const call = await ask(api.POST('/calls', { body: { line_id: line.id, to: whom!.to, purpose } }));
    say(`Calling ${whom!.name ?? formatNumber(whom!.number)}.`);
    onClose();
    go(`/calls/${call.id}`);
  });
  const refused = place.error?.decision;
  const beside = place.error?.of('to');
  return (
    <Dialog
      title={`Call from ${lineName(line)}`}
      onClose={onClose}
      onSubmit={() => {
        if (whom) void place.run();
      }}
      footer={
        <>
          <span class="grow number">{whom && formatNumber(whom.number)}</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" icon="line" busy={place.busy} disabled={!whom}>
            Call
          </Button>
        </>
      }>
      <WhomField
        label="Whom"
        whom={whom}
        fault={beside}
        onChoose={(next) => {
          setWhom(next);
          place.clear();
        }}
      />
      <SelectField<Purpose> label="For" value={purpose} options={purposes} onChange={setPurpose} />
      {refused ? (
        <Refusal title="Not allowed now." decision={refused} />
      ) : allowed && !allowed.allowed ? (
        <Refusal title="They may not be called now." decision={allowed} />
      ) : (
        allowed?.valid_until && (
          <Notice tone="ok">They may be called, until {momentText(allowed.valid_until, allowed.timezones)}.</Notice>
        )
      )}
      {place.error && !refused && !beside && <Notice tone="no">{place.error.details[0]?.message ?? place.error.message}</Notice>}
    </Dialog>
  );
}
