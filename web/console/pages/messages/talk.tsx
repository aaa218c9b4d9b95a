import { useEffect, useRef } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useLines } from '../../api/lines.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Empty, Notice } from '../../design/controls.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { dayName } from '../../format/times.ts';
import { Bubble, NotSent } from './bubble.tsx';
import { inOrder, talkOf, type Message } from './conversations.ts';
import { Write } from './write.tsx';

const newest = 100;
const refusedAtMost = 20;
const holdersAtMost = 5;

async function readTalk(number: string, signal: AbortSignal): Promise<Message[]> {
  const sides = await Promise.all(
    (['from', 'to'] as const).map((side) =>
      ask(api.GET('/messages', { signal, params: { query: { [side]: number, page_size: newest } } })),
    ),
  );
  return inOrder(sides.flatMap(({ messages }) => messages));
}

// Texts to this number that were refused before they left.
function useRefused(number: string, turn: number) {
  const may = useMay();
  const ten = /^\+1([0-9]{10})$/.exec(number)?.[1];
  const read = useRead(may('reach:read') && ten ? `refused/${ten}/${turn}` : null, async (signal) => {
    const query = { number: ten, channel: 'text' as const, allowed: false, page_size: refusedAtMost };
    return (await ask(api.GET('/decisions', { signal, params: { query } }))).decisions;
  });
  return read.data ?? [];
}

// Whoever texts name; of a number with whom there was none, whoever has it.
function usePeople(number: string, messages: Message[]): Message['people'] {
  const may = useMay();
  const named = [...new Map(messages.flatMap(({ people }) => people).map((one) => [one.id, one])).values()];
  const ten = /^\+1([0-9]{10})$/.exec(number)?.[1];
  const read = useRead(named.length === 0 && ten && may('contacts:read') ? `holders/${ten}` : null, async (signal) => {
    const query = { q: ten, limit: holdersAtMost };
    return (await ask(api.GET('/api/v2/phone-numbers', { params: { query }, signal }))).data;
  });
  return named.length > 0 ? named : (read.data ?? []).map(({ id, linked_to }) => ({ ...linked_to, phone_id: id }));
}

export function Talk({ number, name }: { number: string; name: string | undefined }) {
  const may = useMay();
  const read = useRead(`talk/${number}`, (signal) => readTalk(number, signal));
  useFollowed(['message.', 'suppression.'], read.refresh);
  const { nameOf } = useLines();
  const end = useRef<HTMLDivElement>(null);
  const messages = read.data ?? [];
  const refused = useRefused(number, messages.length);
  const people = usePeople(number, messages);
  const said = talkOf(messages, refused, messages.length < newest);
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [said.length]);
  return (
    <section class="talk" aria-label={`Conversation with ${name ?? formatNumber(number)}`}>
      <header>
        <Button tone="plain" small icon="left" label="All conversations" href="/console/messages" />
        <div class="grow">
          <h2 class="cut">
            {people.length > 0
              ? people.map((one, at) => (
                  <span key={one.id}>
                    {at > 0 && ', '}
                    <a href={`/console/contacts/${one.type}s/${encodeURIComponent(one.id)}?number=${one.phone_id}`}>{one.name}</a>
                  </span>
                ))
              : read.loading
                ? '…'
                : 'Nobody in the book'}
          </h2>
          <span class="quiet number">{formatNumber(number)}</span>
        </div>
      </header>
      <div class="bubbles" ref={end} tabIndex={0} aria-label="Texts" role="log">
        {read.loading && <Bones lines={5} />}
        {read.error && <Notice tone="no">{read.error.message}</Notice>}
        {read.data && said.length === 0 && (
          <Empty title="Nothing was written yet">Your first text stands here, and what comes back.</Empty>
        )}
        {said.map((one, at) => (
          <div key={one.key} class={'message' in one ? one.message.direction : 'outbound'}>
            {(at === 0 || dayName(said[at - 1]!.at) !== dayName(one.at)) && <h3>{dayName(one.at)}</h3>}
            {'message' in one ? (
              <Bubble message={one.message} line={nameOf(one.message.line_id)} />
            ) : (
              <NotSent decision={one.refused} />
            )}
          </div>
        ))}
      </div>
      {may('reach:write') && read.data && (
        <Write number={number} last={messages[messages.length - 1]} people={people} onSent={read.refresh} />
      )}
    </section>
  );
}
