import { api, ask, tagged, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useLines } from '../../api/lines.ts';
import { useAction, useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Notice, Tag } from '../../design/controls.tsx';
import { Choice } from '../../design/fields.tsx';
import { say } from '../../design/toast.tsx';
import { callWords } from '../../design/words.ts';
import { formatNumber } from '../../format/numbers.ts';
import { clock, exact, seconds } from '../../format/times.ts';

type Call = Schemas['Call'];
const over: Call['status'][] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];
const outcomes: (readonly [Schemas['OutcomeOfCall']['outcome'] | '', string])[] = [
  ['', 'What came of it'],
  ['answered', 'Answered'],
  ['no_answer', 'No answer'],
  ['busy', 'Busy'],
  ['voicemail', 'Voicemail'],
  ['failed', 'Failed'],
  ['wrong_number', 'Wrong number'],
  ['do_not_call', 'Do not call'],
  ['callback', 'Call back'],
];

export function Story({ id, search }: { id: string; search: string }) {
  const read = useRead(
    `call/${id}`,
    async (signal) => (await tagged(api.GET('/calls/{call_id}', { params: { path: { call_id: id } }, signal }))).data,
  );
  useFollowed(['call.'], read.refresh);
  const call = read.data;
  return (
    <aside class="card side story" aria-label="The call's story">
      <header>
        <h2>{call ? formatNumber(call.direction === 'inbound' ? call.from : call.to) : 'Call'}</h2>
        <Button tone="plain" small icon="cross" label="Close" href={`/console/calls${search}`} />
      </header>
      <div class="body stack">
        {read.error && <Notice tone="no">{read.error.status === 404 ? 'There is no such call.' : read.error.message}</Notice>}
        {read.loading && <Bones lines={4} />}
        {call && <Told call={call} />}
      </div>
    </aside>
  );
}

function Told({ call }: { call: Call }) {
  const may = useMay();
  const { nameOf } = useLines();
  const decision = useRead(call.decision_id && may('reach:read') ? `decision/${call.decision_id}` : null, (signal) =>
    ask(api.GET('/decisions/{decision_id}', { params: { path: { decision_id: call.decision_id! } }, signal })),
  );
  const hangUp = useAction(async () => {
    await ask(api.POST('/calls/{call_id}/hangup', { params: { path: { call_id: call.id } } }));
  });
  const tellOutcome = useAction(async (outcome: Schemas['OutcomeOfCall']['outcome']) => {
    await ask(api.POST('/calls/{call_id}/outcome', { params: { path: { call_id: call.id } }, body: { outcome } }));
    say('Kept, and told to everything that rests on it.');
  });
  const people = decision.data?.people ?? [];
  const live = !over.includes(call.status) && call.status !== 'unknown';
  const [word, tone] = callWords[call.status];
  return (
    <>
      <p class="told">
        <Tag tone={tone}>{word}</Tag>
        {call.duration_seconds ? <span class="soft">{seconds(call.duration_seconds)}</span> : null}
        {call.answered_by === 'machine' && <span class="soft">a machine answered</span>}
      </p>
      {call.error_message && <Notice tone="no">{call.error_message}</Notice>}
      <dl class="pairs">
        {people.length > 0 && (
          <>
            <dt>Who</dt>
            <dd>
              {people.map((one) => (
                <a key={one.id} href={`/console/contacts/${one.type}s/${encodeURIComponent(one.id)}`}>
                  {one.name}{' '}
                </a>
              ))}
            </dd>
          </>
        )}
        <dt>Line</dt>
        <dd>{nameOf(call.line_id)}</dd>
        {call.purpose && (
          <>
            <dt>For</dt>
            <dd>{call.purpose}</dd>
          </>
        )}
        {call.ai_agent_id && (
          <>
            <dt>Agent</dt>
            <dd>{call.ai_agent_id}</dd>
          </>
        )}
        {decision.data && (
          <>
            <dt>Allowed</dt>
            <dd>
              {clock(decision.data.at)}, by policy {decision.data.policy_version}
              {decision.data.local_times[0] && `; it was ${decision.data.local_times[0].slice(11, 16)} there`}
            </dd>
          </>
        )}
        <dt>Call</dt>
        <dd>
          <code class="quiet">{call.id}</code>
        </dd>
      </dl>
      <ol class="steps">
        {call.events?.map((event, at) => (
          <li key={at}>
            <time class="figures quiet" dateTime={event.at} title={exact(event.at)}>
              {clock(event.at)}
            </time>
            <span>{callWords[event.status as Call['status']]?.[0] ?? event.status}</span>
            <span class="quiet">
              {event.told_by === 'carrier' ? 'the carrier said' : 'Linebook knew'}
              {event.error_code ? `, ${event.error_code}` : ''}
            </span>
          </li>
        ))}
      </ol>
      {may('reach:write') && call.direction === 'outbound' && (
        <div class="row">
          {live && (
            <Button tone="danger" busy={hangUp.busy} onClick={() => void hangUp.run()}>
              Hang up
            </Button>
          )}
          {!live && (
            <Choice
              label="What came of it"
              value=""
              options={outcomes}
              onChange={(outcome) => {
                if (outcome) void tellOutcome.run(outcome);
              }}
            />
          )}
        </div>
      )}
      {(hangUp.error ?? tellOutcome.error) && <Notice tone="no">{(hangUp.error ?? tellOutcome.error)!.message}</Notice>}
    </>
  );
}
