// Who answers, who speaks, its name and its fallback: what is chosen is changed at once, what is typed on Save.
import { useState } from 'preact/hooks';
import type { ApiError, Schemas } from '../../api/client.ts';
import type { Line } from '../../api/lines.ts';
import { Button } from '../../design/controls.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { fallbackOf, fallbackText } from './fallback.ts';

export type LineUpdate = Schemas['UpdatePhoneNumberDTO'];

export function LineFields({
  line,
  agents,
  write,
  busy,
  error,
  onChange,
}: {
  line: Line;
  agents: (readonly [string, string])[];
  write: boolean;
  busy: boolean;
  error: ApiError | undefined;
  onChange: (body: LineUpdate) => void;
}) {
  const kept = { name: line.name ?? '', fallback: formatNumber(fallbackText(line.fallback_destination)) };
  const [typed, setTyped] = useState<Partial<typeof kept>>({});
  const { name, fallback } = { ...kept, ...typed };
  const edited: LineUpdate = {
    ...(name !== kept.name && { name: name.trim() || null }),
    ...(JSON.stringify(fallbackOf(fallback)) !== JSON.stringify(line.fallback_destination) && {
      fallback_destination: fallbackOf(fallback),
    }),
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(edited);
      }}>
      <SelectField
        label="Who answers"
        value={line.ai_agent_id ?? ''}
        options={agents}
        fixed={!write}
        fault={error?.of('ai_agent_id')}
        onChange={(id) => onChange({ ai_agent_id: id || null })}
        hint="From the next call on."
      />
      <SelectField
        label="Who speaks on calls that we place"
        value={line.outbound_ai_agent_id ?? ''}
        options={[['', 'Whoever answers'], ...agents.slice(1)]}
        fixed={!write}
        fault={error?.of('outbound_ai_agent_id')}
        onChange={(id) => onChange({ outbound_ai_agent_id: id || null })}
      />
      <TextField
        label="Name"
        value={name}
        fixed={!write}
        maxLength={64}
        onInput={(next) => setTyped({ ...typed, name: next })}
        fault={error?.of('name')}
      />
      <TextField
        label="Where calls go when nobody answers"
        value={fallback}
        fixed={!write}
        onInput={(next) => setTyped({ ...typed, fallback: next })}
        placeholder="(585) 555-0100 or sip:desk@example.com"
        fault={error?.details.find(({ field }) => field.startsWith('fallback_destination'))?.message}
      />
      {Object.keys(edited).length > 0 && (
        <div class="row">
          <Button tone="main" small type="submit" busy={busy}>
            Save
          </Button>
          <Button small tone="plain" onClick={() => setTyped({})}>
            Undo
          </Button>
        </div>
      )}
    </form>
  );
}
