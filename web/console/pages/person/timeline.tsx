import { useEffect, useState } from 'preact/hooks';
import { useActor } from '../../api/actors.ts';
import type { Schemas } from '../../api/client.ts';
import type { Person } from '../../api/people.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Changes } from '../../design/changes.tsx';
import { Bones, Button, Card, Notice, Segments, Tag } from '../../design/controls.tsx';
import { callWords, reasonWords, textWords } from '../../design/words.ts';
import { formatNumber } from '../../format/numbers.ts';
import { tell } from '../../format/sentences.ts';
import { clock, dayName, exact, seconds } from '../../format/times.ts';
import type { Happening } from './happening.ts';
import { readHappenings } from './happenings.ts';

const shownFirst = 25;
type Only = 'all' | 'reach' | 'change';

export function Timeline({ person, turn }: { person: Person; turn: number }) {
  const may = useMay();
  const [only, setOnly] = useState<Only>('all');
  const [shown, setShown] = useState(shownFirst);
  const ids = person.phone_numbers.map(({ id }) => id).join();
  const read = useRead(`happenings/${person.id}/${ids}`, (signal) => readHappenings(person, may, signal));
  useEffect(() => {
    if (turn > 0) read.refresh();
  }, [turn]);
  const all = (read.data ?? []).filter(({ kind }) => only === 'all' || (only === 'change') === (kind === 'change'));
  const several = person.phone_numbers.length > 1;
  return (
    <Card
      title="What happened"
      tools={
        <Segments<Only>
          label="What is shown"
          value={only}
          onChange={setOnly}
          options={[
            ['all', 'All'],
            ['reach', 'Calls and texts'],
            ['change', 'Changes'],
          ]}
        />
      }>
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      {!read.data && !read.error && <Bones lines={5} />}
      {read.data && all.length === 0 && <p class="soft">Nothing yet.</p>}
      <ol class="timeline">
        {all.slice(0, shown).map((each, at) => {
          const day = dayName(each.time);
          const first = at === 0 || dayName(all[at - 1]!.time) !== day;
          return (
            <li key={each.key} class={each.kind}>
              {first && <h3>{day}</h3>}
              <div>
                <time dateTime={each.time} title={exact(each.time)} class="figures">
                  {clock(each.time)}
                </time>
                <What happening={each} several={several} />
              </div>
            </li>
          );
        })}
      </ol>
      {all.length > shown && (
        <Button tone="plain" small onClick={() => setShown(shown + shownFirst * 2)}>
          Show earlier
        </Button>
      )}
    </Card>
  );
}

function What({ happening, several }: { happening: Happening; several: boolean }) {
  if (happening.kind === 'call') return <CallTold call={happening.call} number={several ? happening.number : undefined} />;
  if (happening.kind === 'text') return <TextTold message={happening.message} number={several ? happening.number : undefined} />;
  if (happening.kind === 'refusal') return <RefusalTold decision={happening.decision} />;
  return <ChangeTold entry={happening.entry} number={happening.number} />;
}

function CallTold({ call, number }: { call: Schemas['Call']; number: string | undefined }) {
  const [word, tone] = callWords[call.status];
  return (
    <div>
      <p class="told">
        {call.direction === 'inbound' ? 'Called us' : 'Called'}
        <Tag tone={tone}>{word}</Tag>
        {call.duration_seconds ? <span class="quiet">{seconds(call.duration_seconds)}</span> : null}
        {call.answered_by === 'machine' && <span class="quiet">by a machine</span>}
        {number && <span class="quiet number">{formatNumber(number)}</span>}
      </p>
      {call.error_message && <p class="soft">{call.error_message}</p>}
    </div>
  );
}

function TextTold({ message, number }: { message: Schemas['Message']; number: string | undefined }) {
  const [word, tone] = textWords[message.status];
  const inbound = message.direction === 'inbound';
  return (
    <div>
      <p class="told">
        {inbound ? 'Wrote to us' : 'Text'}
        {!inbound && (
          <Tag tone={tone} icon={message.status === 'delivered' ? 'check' : undefined}>
            {word}
          </Tag>
        )}
        {number && <span class="quiet number">{formatNumber(number)}</span>}
      </p>
      {message.error_message && <p class="soft">{message.error_message}</p>}
      {message.text ? (
        <p class={inbound ? 'bubble theirs' : 'bubble'}>{message.text}</p>
      ) : (
        <p class="quiet">
          {message.purpose === 'verification' ? 'A code, which nobody is told.' : 'Its words were deleted, as the policy says.'}
        </p>
      )}
    </div>
  );
}

function RefusalTold({ decision }: { decision: Schemas['Decision'] }) {
  const why = decision.reasons.map(({ message }) => message).join('; ');
  return (
    <div>
      <p class="told">
        {decision.channel === 'call' ? 'Call' : 'Text'} for {decision.purpose} refused
        {decision.reasons.map((reason) => (
          <Tag key={reason.code} tone={reason.until ? 'wait' : 'no'}>
            {reasonWords[reason.code].toLowerCase()}
          </Tag>
        ))}
      </p>
      <p class="soft">{why.replace(/^./, (letter) => letter.toUpperCase())}</p>
    </div>
  );
}

const knownHere = ['patient_id', 'doctor_id', 'number', 'first_name', 'last_name', 'active'];

function ChangeTold({ entry, number }: { entry: Schemas['LedgerEntry']; number: string | undefined }) {
  const actor = useActor(entry.actor);
  const { what, made, changes } = tell(entry, entry.action === 'created' ? knownHere : []);
  return (
    <div>
      <p class="told">
        {what}
        {number && <span class="quiet number">{formatNumber(number)}</span>}
        <span class="quiet">by {actor}</span>
      </p>
      <Changes made={made} changes={changes} />
    </div>
  );
}
