import { useState } from 'preact/hooks';
import type { Answered } from '../../api/client.ts';
import { editPerson, readPerson, type Person } from '../../api/people.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice } from '../../design/controls.tsx';
import { Dialog } from '../../design/dialog.tsx';
import { TextField } from '../../design/fields.tsx';
import { dayNames, weekdays, zoneCity, type Weekday } from '../../format/times.ts';
import { PersonMeanwhile } from './person_meanwhile.tsx';

export function EditWindow({
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
  const [days, setDays] = useState<Weekday[]>(person.contact_window?.days ?? [...weekdays]);
  const [start, setStart] = useState(person.contact_window?.start ?? '09:00');
  const [end, setEnd] = useState(person.contact_window?.end ?? '17:00');
  // As it was when it was opened: what came since is another's.
  const [seen] = useState(etag);
  const [wished, setWished] = useState<Person['contact_window']>(null);
  const save = useAction(async (contact_window: Person['contact_window'], from: string | undefined = seen) => {
    setWished(contact_window);
    onSaved(await editPerson(person.type, person.id, { contact_window }, from));
    onClose();
  });
  const insist = async () => save.run(wished, (await readPerson(person.type, person.id)).etag);
  const toggle = (day: Weekday) => setDays((all) => weekdays.filter((each) => all.includes(each) !== (each === day)));
  const error = save.error;
  const fault = (field: string) => error?.of(`contact_window.${field}`);
  return (
    <Dialog
      title="Best times"
      onClose={onClose}
      onSubmit={() => void save.run({ ...(days.length === 7 ? {} : { days }), start, end })}
      footer={
        <>
          {person.contact_window && (
            <Button tone="plain" onClick={() => void save.run(null)}>
              Any time
            </Button>
          )}
          <span class="grow" />
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="main" type="submit" busy={save.busy} disabled={days.length === 0}>
            Save
          </Button>
        </>
      }>
      <p class="soft">
        When {person.first_name} asked to be called
        {person.timezone ? `, by the clock of ${zoneCity(person.timezone)}` : ', by the clock where they are'}.
      </p>
      <div class="field">
        <span class="label" id="days">
          Days
        </span>
        <div class="days" role="group" aria-labelledby="days">
          {weekdays.map((day) => (
            <button key={day} type="button" aria-pressed={days.includes(day)} onClick={() => toggle(day)}>
              {day}
            </button>
          ))}
        </div>
        {fault('days') && (
          <p class="fault" role="alert">
            {fault('days')}
          </p>
        )}
      </div>
      <div class="two">
        <TextField label="From" type="time" value={start} onInput={setStart} fault={fault('start')} />
        <TextField label="Until" type="time" value={end} onInput={setEnd} fault={fault('end')} />
      </div>
      {error?.status === 412 && (
        <PersonMeanwhile
          person={person}
          mine={wished ? `best times ${dayNames(wished.days)} ${wished.start}–${wished.end}` : 'any time'}
          busy={save.busy}
          onTheirs={onClose}
          onMine={() => void insist()}
        />
      )}
      {error && error.status !== 412 && !fault('days') && !fault('start') && !fault('end') && (
        <Notice tone="no">{error.of('contact_window') ?? error.message}</Notice>
      )}
    </Dialog>
  );
}
