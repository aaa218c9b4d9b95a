import { useState } from 'preact/hooks';
import { api, ask, tagged, type Schemas } from '../../api/client.ts';
import type { Person } from '../../api/people.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Button, Notice, Switch } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { SelectField, TextField } from '../../design/fields.tsx';
import { typeNames } from '../../design/phone_tags.tsx';
import { formatNumber, readQuery } from '../../format/numbers.ts';
import { Meanwhile } from '../../parts/meanwhile.tsx';
import { Holders } from '../contacts/add_contact.tsx';

type PhoneType = Schemas['PhoneType'];

export function NumberDialog({
  person,
  number,
  onClose,
  onSaved,
}: {
  person: Person;
  number?: Schemas['PersonPhoneNumber'];
  onClose: () => void;
  onSaved: () => void;
}) {
  const [typed, setTyped] = useState(number ? formatNumber(number.number) : '');
  const [type, setType] = useState<PhoneType>(number?.phone_type ?? 'cell');
  const [primary, setPrimary] = useState(
    number?.primary ?? !person.phone_numbers.some((each) => each.phone_type === 'cell' && each.primary),
  );
  const path = { phone_id: number?.id ?? '' };
  const now = (signal?: AbortSignal) => tagged(api.GET('/api/v2/phone-numbers/{phone_id}', { params: { path }, signal }));
  // As it was when this was opened: what came since is another's.
  const seen = useRead(number ? `number/${number.id}` : null, now);
  const save = useAction(async (etag: string | undefined = seen.data?.etag) => {
    if (number) {
      const params = { path, header: { 'If-Match': etag } };
      const body = { number: typed, phone_type: type, primary };
      await ask(api.PATCH('/api/v2/phone-numbers/{phone_id}', { params, body }));
    } else {
      const whose = person.type === 'patient' ? { patient_id: person.id } : { doctor_id: person.id };
      await ask(
        api.POST('/api/v2/phone-numbers', {
          body: { number: typed, phone_type: type, primary, ...whose } as Schemas['ContactNumberCreate'],
        }),
      );
    }
    onSaved();
    onClose();
  });
  const fault = save.error?.of('number');
  const query = readQuery(typed);
  const changed = number === undefined || query.kind !== 'digits' || query.digits !== number.number;
  return (
    <Dialog
      title={number ? 'Change the number' : `Add a number for ${person.first_name}`}
      onClose={onClose}
      onSubmit={() => void save.run()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy}>
            {number ? 'Save' : 'Add'}
          </Button>
        </>
      }>
      <div class="two number-and-type">
        <TextField
          label="Number"
          value={typed}
          onInput={setTyped}
          mode="tel"
          autofocus
          placeholder="(585) 298-4455"
          fault={fault}
          hint={number?.verified && changed ? 'A changed number has to be verified again.' : 'Any formatting will do.'}
        />
        <SelectField<PhoneType>
          label="Type"
          value={type}
          onChange={setType}
          options={Object.entries(typeNames) as [PhoneType, string][]}
          fault={save.error?.of('phone_type')}
        />
      </div>
      {changed && <Holders number={typed} exceptFor={person.id} />}
      <Switch checked={primary} onChange={setPrimary}>
        The {typeNames[type].toLowerCase()} number to try first
      </Switch>
      {save.error?.status === 412 && (
        <Meanwhile
          of={`number/${path.phone_id}`}
          newest={async (signal) => {
            const params = { path, query: { page_size: 1 } };
            return (await ask(api.GET('/api/v2/phone-numbers/{phone_id}/history', { params, signal }))).entries[0];
          }}
          mine={`${typed} ${typeNames[type].toLowerCase()}`}
          busy={save.busy}
          onTheirs={onClose}
          onMine={() => void now().then(({ etag }) => save.run(etag))}
        />
      )}
      {save.error && save.error.status !== 412 && !fault && <Notice tone="no">{save.error.message}</Notice>}
    </Dialog>
  );
}
