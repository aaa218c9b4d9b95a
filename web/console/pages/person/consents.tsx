import { useEffect, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Card, Notice, Segments, Tag } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { when } from '../../format/times.ts';

type PhoneNumber = Schemas['PersonPhoneNumber'];
type Consent = Schemas['Consent'];

const channels = { call: 'calls', text: 'texts' } as const;
const bases = [
  ['written', 'In writing'],
  ['verbal', 'Verbal'],
  ['inquiry', 'They asked us'],
  ['relationship', 'A relationship'],
] as const;

// The latest of each channel and purpose counts; the others are history.
function inForce(all: Consent[]): Consent[] {
  const latest = new Map<string, Consent>();
  for (const consent of [...all].sort((a, b) => b.at.localeCompare(a.at))) {
    const key = `${consent.phone_id}/${consent.channel}/${consent.purpose}`;
    if (!latest.has(key)) latest.set(key, consent);
  }
  return [...latest.values()];
}

export function Consents({ numbers, turn }: { numbers: PhoneNumber[]; turn: number }) {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const ids = numbers.map(({ id }) => id);
  const read = useRead(ids.length > 0 ? `consents/${ids.join()}` : null, async (signal) =>
    (
      await Promise.all(
        ids.map(
          async (phone_id) =>
            (await ask(api.GET('/api/v2/consents', { params: { query: { phone_id, limit: 50 } }, signal }))).data,
        ),
      )
    ).flat(),
  );
  useEffect(() => {
    if (turn > 0) read.refresh();
  }, [turn]);
  const now = new Date().toISOString();
  return (
    <Card
      title="Consents"
      tools={
        may('reach:write') &&
        numbers.length > 0 && (
          <Button tone="plain" small icon="plus" onClick={() => setAdding(true)}>
            Record
          </Button>
        )
      }>
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      {read.data?.length === 0 && <p class="soft">Care and service need none. Marketing needs one in writing.</p>}
      <ul class="consents">
        {inForce(read.data ?? []).map((consent) => (
          <li key={consent.id}>
            <span class="grow">
              <span>
                {consent.purpose[0]!.toUpperCase()}
                {consent.purpose.slice(1)} {channels[consent.channel]}
              </span>
              <span class="quiet">
                {' '}
                {bases.find(([key]) => key === consent.basis)?.[1].toLowerCase()}
                {consent.evidence && `, ${consent.evidence}`}
              </span>
            </span>
            {consent.status === 'revoked' ? (
              <Tag tone="no">taken back</Tag>
            ) : consent.expires_at && consent.expires_at < now ? (
              <Tag tone="wait">expired</Tag>
            ) : (
              <Tag tone="ok">given</Tag>
            )}
            <time class="quiet figures" dateTime={consent.at}>
              {when(consent.at)}
            </time>
          </li>
        ))}
      </ul>
      {adding && <RecordConsent numbers={numbers} onClose={() => setAdding(false)} onSaved={read.refresh} />}
    </Card>
  );
}

function RecordConsent({ numbers, onClose, onSaved }: { numbers: PhoneNumber[]; onClose: () => void; onSaved: () => void }) {
  const [phone_id, setPhone] = useState(numbers[0]!.id);
  const [channel, setChannel] = useState<Consent['channel']>('text');
  const [purpose, setPurpose] = useState<Consent['purpose']>('marketing');
  const [status, setStatus] = useState<Consent['status']>('granted');
  const [basis, setBasis] = useState<Consent['basis']>('written');
  const [evidence, setEvidence] = useState('');
  const save = useAction(async () => {
    await ask(
      api.POST('/api/v2/consents', { body: { phone_id, channel, purpose, status, basis, evidence: evidence.trim() || null } }),
    );
    onSaved();
    onClose();
  });
  return (
    <Dialog
      title="Record a consent"
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <span class="grow">It is never edited: a later one counts instead.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy}>
            Record
          </Button>
        </>
      }>
      <Segments
        label="Given or taken back"
        value={status}
        onChange={setStatus}
        options={[
          ['granted', 'Given'],
          ['revoked', 'Taken back'],
        ]}
      />
      <SelectField
        label="Number"
        value={phone_id}
        onChange={setPhone}
        options={numbers.map((each) => [each.id, `${formatNumber(each.number)}, ${each.phone_type}`] as const)}
      />
      <div class="two">
        <SelectField<Consent['purpose']>
          label="For"
          value={purpose}
          onChange={setPurpose}
          options={[
            ['marketing', 'Marketing'],
            ['care', 'Care'],
            ['service', 'Service'],
          ]}
          fault={save.error?.of('purpose')}
        />
        <SelectField<Consent['channel']>
          label="By"
          value={channel}
          onChange={setChannel}
          options={[
            ['text', 'Text'],
            ['call', 'Call'],
          ]}
          fault={save.error?.of('channel')}
        />
      </div>
      <SelectField<Consent['basis']>
        label="How"
        value={basis}
        onChange={setBasis}
        options={bases}
        fault={save.error?.of('basis')}
      />
      <TextField
        label="Where it is to be found"
        value={evidence}
        onInput={setEvidence}
        placeholder="form 7, 12 November"
        fault={save.error?.of('evidence')}
      />
      {save.error && save.error.details.length === 0 && <Notice tone="no">{save.error.message}</Notice>}
    </Dialog>
  );
}
