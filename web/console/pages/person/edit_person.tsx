import { useState } from 'preact/hooks';
import type { Answered, Schemas } from '../../api/client.ts';
import { editPerson, readPerson, type Person, type PersonUpdate } from '../../api/people.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Switch } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { fieldLabel } from '../../format/sentences.ts';
import { PersonMeanwhile } from './person_meanwhile.tsx';

const empty = (text: string) => (text.trim() === '' ? null : text.trim());

export function EditPerson({
  person,
  etag,
  onSaved,
  onClose,
}: {
  person: Person;
  etag: string | undefined;
  onSaved: (saved: Answered<Person>) => void;
  onClose: () => void;
}) {
  // As it was when it was opened: what came since is another's.
  const [seen, setSeen] = useState({ person, etag });
  const [first, setFirst] = useState(person.first_name);
  const [last, setLast] = useState(person.last_name);
  const [email, setEmail] = useState(person.email ?? '');
  const [zone, setZone] = useState(person.timezone ?? '');
  const [state, setState] = useState(person.state ?? '');
  const [born, setBorn] = useState(person.date_of_birth ?? '');
  const [npi, setNpi] = useState(person.npi ?? '');
  const [active, setActive] = useState(person.active ?? true);
  const patient = person.type === 'patient';
  const wished: PersonUpdate = {
    first_name: first,
    last_name: last,
    email: empty(email),
    timezone: empty(zone),
    state: empty(state.toUpperCase()) as Schemas['State'],
    ...(patient ? { date_of_birth: empty(born), active } : { npi: empty(npi) }),
  };
  // Of another's words nothing is said again.
  const edited = Object.fromEntries(
    Object.entries(wished).filter(([field, value]) => value !== (seen.person[field as keyof Person] ?? null)),
  );
  const save = useAction(async (from: string | undefined) => {
    if (Object.keys(edited).length > 0) onSaved(await editPerson(person.type, person.id, edited, from));
    onClose();
  });
  const insist = async () => {
    const fresh = await readPerson(person.type, person.id);
    setSeen({ person: seen.person, etag: fresh.etag });
    await save.run(fresh.etag);
  };
  const of = (field: string) => save.error?.of(field);
  return (
    <Dialog
      title={`Edit ${person.first_name}`}
      onClose={onClose}
      onSubmit={() => void save.run(seen.etag)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy}>
            Save
          </Button>
        </>
      }>
      <div class="two">
        <TextField label="First name" value={first} onInput={setFirst} fault={of('first_name')} autofocus />
        <TextField label="Last name" value={last} onInput={setLast} fault={of('last_name')} />
      </div>
      <TextField label="Email" value={email} onInput={setEmail} mode="email" fault={of('email')} />
      <div class="two">
        <TextField
          label="Time zone"
          value={zone}
          onInput={setZone}
          fault={of('timezone')}
          placeholder="America/New_York"
          hint="Left empty, the area code tells it."
        />
        <TextField
          label="State"
          value={state}
          onInput={setState}
          fault={of('state')}
          placeholder="NY"
          maxLength={2}
          hint="Two letters."
        />
      </div>
      {patient ? (
        <TextField label="Born" type="date" value={born} onInput={setBorn} fault={of('date_of_birth')} />
      ) : (
        <TextField label="NPI" value={npi} onInput={setNpi} mode="numeric" fault={of('npi')} />
      )}
      {patient && (
        <Switch checked={active} onChange={setActive}>
          Active: may be reached
        </Switch>
      )}
      {save.error?.status === 412 && (
        <PersonMeanwhile
          person={person}
          mine={Object.keys(edited).map(fieldLabel).join(', ')}
          busy={save.busy}
          onTheirs={onClose}
          onMine={() => void insist()}
        />
      )}
      {save.error && save.error.status !== 412 && save.error.details.length === 0 && (
        <Notice tone="no">{save.error.message}</Notice>
      )}
    </Dialog>
  );
}
