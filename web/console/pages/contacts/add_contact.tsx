// A number and whose it is, in one step. Who has the number already is shown while it is typed, before anything is refused.
import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { createPerson, nameOf, type PersonType } from '../../api/people.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Button, Notice, Segments, Switch } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { typeNames } from '../../design/phone_tags.tsx';
import { say } from '../../design/toast.tsx';
import { count, readQuery } from '../../format/numbers.ts';
import { go } from '../../shell/router.ts';

type PhoneType = Schemas['PhoneType'];

export function useHolders(number: string): Schemas['ContactNumberListItem'][] {
  const query = readQuery(number);
  const whole = query.kind === 'digits' && query.digits.length === 10;
  const found = useRead(
    whole ? `holders/${query.digits}` : null,
    async (signal) =>
      (
        await ask(
          api.GET('/api/v2/phone-numbers', {
            params: { query: { q: query.kind === 'digits' ? query.digits : '', limit: 5 } },
            signal,
          }),
        )
      ).data,
  );
  return whole ? (found.data ?? []) : [];
}

export function Holders({ number, exceptFor }: { number: string; exceptFor?: string }) {
  const holders = useHolders(number);
  if (holders.length === 0) return null;
  const same = holders.some((each) => each.linked_to.id === exceptFor);
  return (
    <Notice tone={same ? 'wait' : undefined}>
      {same
        ? 'This person has this number already.'
        : `In the book already: ${count(holders.length, 'entry', 'entries')}. Families share phones; that is fine.`}
      {!same && (
        <ul>
          {holders.map((each) => (
            <li key={each.id}>
              <a href={`/console/contacts/${each.linked_to.type}s/${encodeURIComponent(each.linked_to.id)}`}>
                {each.linked_to.name}
              </a>
              <span class="quiet">
                {' '}
                {each.linked_to.type}, {each.phone_type}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

export function AddContact({ number: typed, name, onClose }: { number: string; name: string; onClose: () => void }) {
  const [kind, setKind] = useState<PersonType>('patient');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState(name);
  const [number, setNumber] = useState(typed);
  const [type, setType] = useState<PhoneType>('cell');
  const [primary, setPrimary] = useState(true);
  const add = useAction(async () => {
    const made = await createPerson(kind, {
      first_name: first.trim(),
      last_name: last.trim(),
      phone_numbers: [{ number, phone_type: type, primary }],
    });
    say(`${nameOf(made)} is in the book.`);
    go(`/contacts/${kind}s/${encodeURIComponent(made.id)}`);
  });
  const of = (field: string) => add.error?.of(field);
  const beside = ['first_name', 'last_name', 'phone_numbers[0].number'].some((field) => of(field));
  return (
    <Dialog
      title="Add a contact"
      onClose={onClose}
      onSubmit={() => void add.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={add.busy}>
            Add
          </Button>
        </>
      }>
      <Segments<PersonType>
        label="Who"
        value={kind}
        onChange={setKind}
        options={[
          ['patient', 'Patient'],
          ['doctor', 'Doctor'],
        ]}
      />
      <div class="two">
        <TextField label="First name" value={first} onInput={setFirst} fault={of('first_name')} autofocus />
        <TextField label="Last name" value={last} onInput={setLast} fault={of('last_name')} />
      </div>
      <div class="two number-and-type">
        <TextField
          label="Number"
          value={number}
          onInput={setNumber}
          fault={of('phone_numbers[0].number')}
          mode="tel"
          placeholder="(585) 298-4455"
          hint="As it is written on the card: any formatting will do."
        />
        <SelectField<PhoneType>
          label="Type"
          value={type}
          onChange={setType}
          options={Object.entries(typeNames) as [PhoneType, string][]}
        />
      </div>
      <Holders number={number} />
      <Switch checked={primary} onChange={setPrimary}>
        The number of this type to try first
      </Switch>
      {add.error && !beside && <Notice tone="no">{add.error.message}</Notice>}
    </Dialog>
  );
}
