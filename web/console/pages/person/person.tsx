import { useEffect, useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useSoon } from '../../api/follow.ts';
import { nameOf, readPerson, type Person, type PersonType } from '../../api/people.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { useEvents } from '../../api/stream.ts';
import { Bones, Button, Empty, Notice } from '../../design/controls.tsx';
import type { PageProps } from '../../shell/pages.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { Consents } from './consents.tsx';
import { EditPerson } from './edit_person.tsx';
import { EditWindow } from './edit_window.tsx';
import { Facts } from './facts.tsx';
import { Numbers } from './numbers.tsx';
import { ReachDialog, type Reach } from './reach_dialog.tsx';
import { useSteadyOrder } from './steady_order.ts';
import { Timeline } from './timeline.tsx';
import { VerdictCard, useVerdict, type Asked } from './verdict.tsx';
import { Week } from './week.tsx';
import './person.css';

const followed = ['contact_number.', 'patient.', 'doctor.', 'call.', 'message.', 'consent.', 'suppression.', 'policy.'];

// Counts up when something that this page shows has changed, a few together.
function useChanges(person: Person | undefined): number {
  const [turn, setTurn] = useState(0);
  const reread = useSoon(() => setTurn((each) => each + 1));
  useEvents(followed, (signal) => {
    const ids = new Set([person?.id, ...(person?.phone_numbers ?? []).map(({ id }) => id)]);
    const numbers = (person?.phone_numbers ?? []).map(({ number }) => number);
    const mine =
      signal.kind === 'missed' ||
      signal.events.some(({ type, data }) => {
        const about = JSON.stringify(data.object ?? data.changes);
        return (
          ids.has(data.id) ||
          type.startsWith('policy.') ||
          about.includes(`"${person?.id}"`) ||
          numbers.some((number) => about.includes(number))
        );
      });
    if (mine) reread();
  });
  return turn;
}

function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 20_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export default function PersonPage({ id = '', type: plural = '' }: PageProps) {
  const type: PersonType = plural === 'doctors' ? 'doctor' : 'patient';
  const may = useMay();
  const { query } = usePlace();
  const read = useRead(`person/${type}/${id}`, (signal) => readPerson(type, id, signal));
  const person = read.data?.data;
  const turn = useChanges(person);
  const policy = useRead(may('reach:read') ? 'policy' : null, (signal) => ask(api.GET('/policy', { signal })));
  const [asked, setAsked] = useState<Asked>({ channel: 'call', purpose: 'care' });
  const [dialog, setDialog] = useState<'edit' | 'window' | Reach>();
  const now = useMinute();
  const numbers = useSteadyOrder(person?.phone_numbers ?? []);
  const chosen = numbers.find((number) => number.id === query.get('number')) ?? numbers[0];
  const verdict = useVerdict(chosen?.id, asked, turn);
  useEffect(() => {
    if (turn > 0) read.refresh();
  }, [turn]);
  useEffect(() => {
    if (person) document.title = `${nameOf(person)} · Linebook`;
  }, [person?.first_name, person?.last_name]);

  if (read.error?.status === 404) {
    return (
      <Empty page title={`There is no such ${type}`} actions={<Button href="/console/contacts">To contacts</Button>}>
        Whoever this was, the book does not have them.
      </Empty>
    );
  }
  if (!person)
    return <div class="page">{read.error ? <Notice tone="no">{read.error.message}</Notice> : <Bones lines={6} />}</div>;
  const zone = verdict.data?.timezones[0] ?? person.timezone ?? undefined;
  const reach = (channel: 'call' | 'text', sendAt?: string) => setDialog({ channel, sendAt });
  return (
    <div class="page person-page">
      <header class="page-head">
        <div class="grow">
          <p class="crumb">
            <a href="/console/contacts">Contacts</a> / {type === 'patient' ? 'Patient' : 'Doctor'}
          </p>
          <h1>{nameOf(person)}</h1>
        </div>
        {may('reach:write') && chosen && (
          <>
            <Button icon="text" onClick={() => reach('text')}>
              Text
            </Button>
            <Button tone="main" icon="line" onClick={() => reach('call')}>
              Call
            </Button>
          </>
        )}
      </header>
      <Facts person={person} zone={zone} now={now} onEdit={may('contacts:write') ? () => setDialog('edit') : undefined} />
      <div class="person-grid">
        <div class="numbers-at">
          <Numbers
            person={person}
            numbers={numbers}
            chosen={chosen?.id}
            onChoose={(number) => setQuery({ number })}
            onChange={read.refresh}
            turn={turn}
          />
        </div>
        {may('reach:read') && (
          <div class="verdict-at">
            <VerdictCard
              person={person}
              number={chosen}
              policy={policy.data}
              asked={asked}
              onAsk={setAsked}
              verdict={verdict}
              onReach={reach}
            />
          </div>
        )}
        <div class="week-at stack">
          <Week
            wished={person.contact_window}
            allowed={policy.data?.hours[asked.purpose]}
            zone={zone}
            purpose={asked.purpose}
            now={now}
            onEdit={may('contacts:write') ? () => setDialog('window') : undefined}
          />
          {may('reach:read') && <Consents numbers={numbers} turn={turn} />}
        </div>
        <div class="timeline-at">
          <Timeline person={person} turn={turn} />
        </div>
      </div>
      {dialog === 'edit' && (
        <EditPerson person={person} etag={read.data?.etag} onSaved={read.set} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'window' && (
        <EditWindow person={person} etag={read.data?.etag} onSaved={read.set} onClose={() => setDialog(undefined)} />
      )}
      {typeof dialog === 'object' && (
        <ReachDialog {...dialog} person={person} number={chosen!} zone={zone} onClose={() => setDialog(undefined)} />
      )}
    </div>
  );
}
