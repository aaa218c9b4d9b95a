// One person at a time for whoever dials by hand: who, the number, how long they may be called; then a key tells what came of it,
// and the next is there.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { ApiError, api, ask, type Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Button, Empty, Notice, Tag } from '../../design/controls.tsx';
import { TextField } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { count, formatNumber } from '../../format/numbers.ts';
import { clock, momentOf, zoneCity } from '../../format/times.ts';
import { momentText } from '../../parts/refusal.tsx';
import type { PageProps } from '../../shell/pages.ts';
import { outcomes } from './words.ts';
import './dial_lists.css';

type Taken = Schemas['DialEntriesTaken'];
const leaseSeconds = 600;
const lookAgainMs = 10_000;

const whyNobody: Record<NonNullable<Taken['reason']>, string> = {
  not_started: 'The list has not begun yet.',
  paused: 'The list is paused.',
  stopped: 'The list was stopped.',
  finished: 'Everybody was called.',
  line_unavailable: 'No line of the list can call.',
};

export default function Dialing({ id = '' }: PageProps) {
  const list = useRead(`dial-list/${id}`, (signal) =>
    ask(api.GET('/dial-lists/{list_id}', { params: { path: { list_id: id } }, signal })),
  );
  const [taken, setTaken] = useState<Taken>();
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState('');
  const [done, setDone] = useState(0);
  const entry = taken?.entries[0];

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof ApiError) setError(thrown);
      else throw thrown;
    } finally {
      setBusy(false);
    }
  };
  const next = () =>
    attempt(async () => {
      setTaken(
        await ask(
          api.POST('/dial-lists/{list_id}/next', {
            params: { path: { list_id: id } },
            body: { count: 1, lease_seconds: leaseSeconds },
          }),
        ),
      );
      setNote('');
    });
  const tell = (outcome: Schemas['Outcome']) => {
    if (!entry || busy) return;
    void attempt(async () => {
      await ask(
        api.POST('/dial-lists/{list_id}/entries/{entry_id}/outcome', {
          params: { path: { list_id: id, entry_id: entry.id } },
          body: { outcome, decision_id: entry.decision.id, ...(note.trim() && { note: note.trim() }) },
        }),
      );
      say(`${entry.person.name}: ${outcomes.find(([key]) => key === outcome)![1].toLowerCase()}.`);
      setDone((before) => before + 1);
      setTaken(undefined);
    }).then(next);
  };
  useEffect(() => {
    void next();
  }, []);
  // Before the next key: whoever sees the next person may tell of them at once.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.target as Element).closest('input, textarea, select, dialog') || event.metaKey || event.ctrlKey || event.altKey)
        return;
      const outcome = outcomes[Number(event.key) - 1];
      if (outcome && /^[1-8]$/.test(event.key)) tell(outcome[0]);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  useEffect(() => {
    if (!taken || entry || taken.reason === 'finished' || taken.reason === 'stopped') return;
    const timer = setInterval(() => {
      if (!document.hidden) void next();
    }, lookAgainMs);
    return () => clearInterval(timer);
  }, [taken]);
  if (list.error?.status === 404)
    return <Empty page title="There is no such list" actions={<Button href="/console/dial-lists">To dial lists</Button>} />;
  return (
    <div class="page dialing">
      <header class="page-head">
        <div class="grow">
          <p class="crumb">
            <a href="/console/dial-lists">Dial lists</a> /{' '}
            <a href={`/console/dial-lists/${encodeURIComponent(id)}`}>{list.data?.name ?? 'List'}</a>
          </p>
          <h1>Dialing</h1>
        </div>
        <span class="soft figures">{done > 0 && `${count(done, 'person', 'people')} done`}</span>
      </header>
      {error && (
        <Notice tone="no">
          {error.message}{' '}
          <Button small onClick={() => void next()}>
            Go on
          </Button>
        </Notice>
      )}
      {!taken && !error && done === 0 && (
        <section class="card">
          <div class="bones-body">
            <Bones lines={6} />
          </div>
        </section>
      )}
      {entry && <Person entry={entry} note={note} onNote={setNote} busy={busy} onTell={tell} />}
      {taken && !entry && (
        <section class="card">
          <Empty
            title="Nobody to call now"
            actions={
              <>
                <Button busy={busy} onClick={() => void next()}>
                  Look again
                </Button>
                <Button tone="plain" href={`/console/dial-lists/${encodeURIComponent(id)}`}>
                  To the list
                </Button>
              </>
            }>
            {taken.reason
              ? whyNobody[taken.reason]
              : taken.next_allowed_at
                ? `The next may be called ${momentOf(taken.next_allowed_at)}. This page looks by itself.`
                : 'Nobody waits for their time either.'}
          </Empty>
        </section>
      )}
    </div>
  );
}

function Person({
  entry,
  note,
  onNote,
  busy,
  onTell,
}: {
  entry: Taken['entries'][number];
  note: string;
  onNote: (note: string) => void;
  busy: boolean;
  onTell: (outcome: Schemas['Outcome']) => void;
}) {
  const { person, decision } = entry;
  const zone = decision.timezones[0];
  const href = `/console/contacts/${person.type}s/${encodeURIComponent(person.id)}?number=${entry.phone_id}`;
  return (
    <section class="card now" aria-label="Whom to call now">
      <div class="who">
        <a class="name" href={href}>
          {person.name}
        </a>
        {entry.attempts > 0 && <Tag>{count(entry.attempts, 'try', 'tries')} before</Tag>}
      </div>
      <a class="big number" href={`tel:+1${entry.number}`}>
        {formatNumber(entry.number)}
      </a>
      <p class="soft">
        {zone && decision.local_times[0] && `It is ${decision.local_times[0].slice(11, 16)} in ${zoneCity(zone)}. `}
        {decision.valid_until && `They may be called until ${momentText(decision.valid_until, decision.timezones)}. `}Kept for you
        until {clock(entry.leased_until)}.
      </p>
      <TextField label="Note" value={note} onInput={onNote} placeholder="What is worth keeping" />
      <div class="outcomes" role="group" aria-label="What came of it">
        {outcomes.map(([outcome, word], at) => (
          <button key={outcome} type="button" class="button" disabled={busy} onClick={() => onTell(outcome)}>
            <kbd>{at + 1}</kbd>
            {word}
          </button>
        ))}
      </div>
    </section>
  );
}
