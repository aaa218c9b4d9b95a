import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { listPeople, type PersonType } from '../../api/people.ts';
import { useLines } from '../../api/lines.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Button, Notice, Segments } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { count, readQuery } from '../../format/numbers.ts';
import { go } from '../../shell/router.ts';

type PhoneType = Schemas['PhoneType'];
interface Who {
  person_type: PersonType;
  q: string;
  phone_type: PhoneType | '';
  verified: '' | 'yes' | 'no';
}

// How many it will be: people where nothing is asked of their numbers, else the numbers that fit, of which one person may have several.
function useCount(who: Who): string | undefined {
  const query = readQuery(who.q);
  const read = useRead(`dial-count/${JSON.stringify(who)}`, async (signal) => {
    if (query.kind !== 'digits' && who.phone_type === '' && who.verified === '') {
      return `${count((await listPeople(who.person_type, { limit: 1, offset: 0, q: who.q.trim() || undefined }, signal)).total, who.person_type)}`;
    }
    if (query.kind === 'name') return 'As many as fit both; the list tells when it is made.';
    const page = await ask(
      api.GET('/api/v2/phone-numbers', {
        signal,
        params: {
          query: {
            limit: 1,
            q: query.kind === 'digits' ? query.text : undefined,
            phone_type: who.phone_type || undefined,
            verified: who.verified === '' ? undefined : who.verified === 'yes',
          },
        },
      }),
    );
    return `${count(page.pagination.total_items, 'number')} of everybody fit`;
  });
  return read.error ? undefined : read.data;
}

export function NewList({ onClose }: { onClose: () => void }) {
  const { lines, nameOf } = useLines();
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState<Schemas['DialListCreate']['purpose']>('care');
  const [dialer, setDialer] = useState<'pull' | 'linebook'>('pull');
  const [line, setLine] = useState('');
  const [who, setWho] = useState<Who>({ person_type: 'patient', q: '', phone_type: '', verified: '' });
  const total = useCount(who);
  const able = (lines ?? []).filter((each) => each.status === 'active' && each.provider !== 'byo');
  const add = useAction(async () => {
    const filter = {
      person_type: who.person_type,
      ...(who.q.trim() && { q: who.q.trim() }),
      ...(who.phone_type && { phone_type: who.phone_type }),
      ...(who.verified && { verified: who.verified === 'yes' }),
    };
    const line_ids = line ? [line] : dialer === 'linebook' && able[0] ? [able[0].id] : undefined;
    const made = await ask(
      api.POST('/dial-lists', {
        body: { name: name.trim(), purpose, dialer, people: { filter }, ...(line_ids && { line_ids }) },
      }),
    );
    go(`/dial-lists/${made.id}`);
  });
  const of = (field: string) => add.error?.of(field);
  const set = (change: Partial<Who>) => setWho((before) => ({ ...before, ...change }));
  const beside = ['name', 'purpose', 'line_ids', 'people.filter.q'].some((field) => of(field));
  return (
    <Dialog
      title="New dial list"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <span class="grow" role="status">
            {total}
          </span>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={add.busy} disabled={name.trim() === ''}>
            Make the list
          </Button>
        </>
      }>
      <TextField
        label="Name"
        value={name}
        onInput={setName}
        placeholder="Recall, November"
        fault={of('name')}
        autofocus
        maxLength={64}
      />
      <div class="two">
        <SelectField
          label="For"
          value={purpose}
          onChange={setPurpose}
          options={[
            ['care', 'Care'],
            ['service', 'Service'],
            ['marketing', 'Marketing'],
          ]}
          fault={of('purpose')}
        />
        <SelectField
          label="From"
          value={line}
          onChange={setLine}
          options={[
            ['', dialer === 'pull' ? 'Any line' : 'The newest line'],
            ...able.map((each) => [each.id, nameOf(each.id)] as const),
          ]}
          fault={of('line_ids')}
        />
      </div>
      <div class="field">
        <span class="label" aria-hidden="true">
          Who dials
        </span>
        <Segments
          label="Who dials"
          value={dialer}
          onChange={setDialer}
          options={[
            ['pull', 'People dial'],
            ['linebook', 'Linebook dials'],
          ]}
        />
      </div>
      <h3>Who is on it</h3>
      <div class="two">
        <SelectField<PersonType>
          label="Who"
          value={who.person_type}
          onChange={(person_type) => set({ person_type })}
          options={[
            ['patient', 'Patients'],
            ['doctor', 'Doctors'],
          ]}
        />
        <TextField
          label="Name or digits"
          value={who.q}
          onInput={(q) => set({ q })}
          placeholder="Everybody"
          fault={of('people.filter.q')}
          hint="A last name, or part of a number."
        />
      </div>
      <div class="two">
        <SelectField<PhoneType | ''>
          label="With a number of type"
          value={who.phone_type}
          onChange={(phone_type) => set({ phone_type })}
          options={[
            ['', 'Any'],
            ['cell', 'Cell'],
            ['home', 'Home'],
            ['other', 'Other'],
          ]}
        />
        <SelectField<Who['verified']>
          label="Verified"
          value={who.verified}
          onChange={(verified) => set({ verified })}
          options={[
            ['', 'Any'],
            ['yes', 'Verified'],
            ['no', 'Never verified'],
          ]}
        />
      </div>
      {add.error && !beside && <Notice tone="no">{add.error.details[0]?.message ?? add.error.message}</Notice>}
    </Dialog>
  );
}
