// What is doubtful, mended where it was found: the number changed or verified, a primary chosen.
import { api, ask } from '../../api/client.ts';
import { nameOf, readPerson, type Person, type PersonType } from '../../api/people.ts';
import { useAction, useRead } from '../../api/query.ts';
import { Bones, Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { typeNames } from '../../design/phone_tags.tsx';
import { say } from '../../design/toast.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { NumberDialog } from '../person/number_dialog.tsx';
import { VerifyDialog } from '../person/verify_dialog.tsx';

export type Mend =
  { kind: 'verify' | 'change'; phoneId: string } | { kind: 'primary'; type: PersonType; id: string; name: string };

export function MendDialog({ mend, onClose }: { mend: Mend; onClose: () => void }) {
  const key = mend.kind === 'primary' ? `${mend.type}/${mend.id}` : mend.phoneId;
  const read = useRead(`mend/${key}`, async (signal): Promise<Person> => {
    if (mend.kind === 'primary') return (await readPerson(mend.type, mend.id, signal)).data;
    const params = { path: { phone_id: mend.phoneId } };
    const { linked_to } = await ask(api.GET('/api/v2/phone-numbers/{phone_id}', { params, signal }));
    return (await readPerson(linked_to.type, linked_to.id, signal)).data;
  });
  const person = read.data;
  if (!person)
    return (
      <Dialog title="One moment" onClose={onClose}>
        {read.error ? <Notice tone="no">{read.error.message}</Notice> : <Bones lines={3} />}
      </Dialog>
    );
  if (mend.kind === 'primary') return <ChoosePrimary person={person} onClose={onClose} />;
  const number = person.phone_numbers.find(({ id }) => id === mend.phoneId);
  if (!number)
    return (
      <Dialog title="It is gone" onClose={onClose}>
        <p class="soft">Somebody has deleted the number meanwhile.</p>
      </Dialog>
    );
  return mend.kind === 'verify' ? (
    <VerifyDialog number={number} onClose={onClose} onVerified={() => {}} />
  ) : (
    <NumberDialog
      person={person}
      number={number}
      onClose={onClose}
      onSaved={() => say(`The number of ${nameOf(person)} is changed.`)}
    />
  );
}

function ChoosePrimary({ person, onClose }: { person: Person; onClose: () => void }) {
  const choose = useAction(async (phone_id: string, number: string) => {
    await ask(api.PATCH('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id } }, body: { primary: true } }));
    say(`${formatNumber(number)} is tried first.`);
    onClose();
  });
  return (
    <Dialog title={`Which number of ${nameOf(person)} is tried first?`} onClose={onClose}>
      {person.phone_numbers.length === 0 && <p class="soft">There is none.</p>}
      <ul class="choose-primary">
        {person.phone_numbers.map(({ id, number, phone_type, do_not_call }) => (
          <li key={id}>
            <Button busy={choose.busy} onClick={() => void choose.run(id, number)}>
              {formatNumber(number)} {typeNames[phone_type].toLowerCase()}
              {do_not_call && ', do not call'}
            </Button>
          </li>
        ))}
      </ul>
      {choose.error && <Notice tone="no">{choose.error.message}</Notice>}
    </Dialog>
  );
}
