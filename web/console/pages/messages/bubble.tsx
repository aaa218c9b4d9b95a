// One text, with what became of it beneath; and one that was refused before it left.
import { api, ask, type Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Icon } from '../../design/icons.tsx';
import { textWords } from '../../design/words.ts';
import { clock, exact, momentOf } from '../../format/times.ts';
import { momentText } from '../../parts/refusal.tsx';
import { ticksOf, type Message } from './conversations.ts';

type Decision = Schemas['Decision'];

export function Bubble({ message, line }: { message: Message; line: string }) {
  const [word, tone] = textWords[message.status];
  const inbound = message.direction === 'inbound';
  const ticks = inbound ? undefined : ticksOf(message.status);
  const waits = message.send_at && message.status === 'accepted';
  return (
    <>
      <p class={inbound ? 'bubble theirs' : 'bubble'}>
        {message.text ?? (
          <em class="quiet">
            {message.purpose === 'verification' ? 'A code, which nobody is told.' : 'Its words were deleted, as the policy says.'}
          </em>
        )}
      </p>
      <p class="under quiet">
        <time class="figures" dateTime={message.created_at} title={exact(message.created_at)}>
          {clock(message.created_at)}
        </time>
        <span>
          {inbound ? 'to' : 'from'} {line}
        </span>
        {!inbound && (
          <span class={`state ${tone ?? ''}`} title={message.ended_at ? exact(message.ended_at) : undefined}>
            {ticks && <Icon name={ticks} />}
            {waits ? `leaves ${momentOf(message.send_at!)}` : word}
          </span>
        )}
      </p>
      {message.error_message && <p class="under state no">{message.error_message}</p>}
      {message.status === 'held' && message.decision_id && <Held id={message.decision_id} />}
    </>
  );
}

const whyOf = ({ reasons }: Decision) => reasons.map(({ message }) => message).join('; ');

function Held({ id }: { id: string }) {
  const may = useMay();
  const read = useRead(may('reach:read') ? `decision/${id}` : null, (signal) =>
    ask(api.GET('/decisions/{decision_id}', { params: { path: { decision_id: id } }, signal })),
  );
  return read.data ? <p class="under state wait">{whyOf(read.data)}</p> : null;
}

export function NotSent({ decision }: { decision: Decision }) {
  return (
    <p class="not-sent" title={exact(decision.at)}>
      <Icon name="cross" />
      <span>
        <strong>{clock(decision.at)} not sent:</strong> {whyOf(decision)}.
        {decision.next_allowed_at && ` It may be from ${momentText(decision.next_allowed_at, decision.timezones)} on.`}{' '}
        <a href={`/console/compliance?number=${decision.number}&decision=${decision.id}`}>The decision</a>
      </span>
    </p>
  );
}
