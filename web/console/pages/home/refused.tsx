import { useEffect } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Card, Notice } from '../../design/controls.tsx';
import { reasonWords } from '../../design/words.ts';
import { personHref } from './feed.ts';

const againMs = 30_000;
const pageSize = 100;

export interface Refusals {
  total: number;
  more: boolean;
  byReason: [Schemas['ReasonCode'], number][];
  latest: Schemas['Decision'] | undefined;
}

export function countReasons(decisions: Schemas['Decision'][]): [Schemas['ReasonCode'], number][] {
  const counts = new Map<Schemas['ReasonCode'], number>();
  for (const { reasons } of decisions) for (const { code } of reasons) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

// Decisions are no events: they are asked for twice a minute.
export function useRefusals(since: string, wanted: boolean) {
  const read = useRead(wanted ? `refusals/${since}` : null, async (signal): Promise<Refusals> => {
    const page = await ask(
      api.GET('/decisions', { params: { query: { allowed: false, from: since, page_size: pageSize } }, signal }),
    );
    return {
      total: page.decisions.length,
      more: page.next_page_token !== null,
      byReason: countReasons(page.decisions),
      latest: page.decisions[0],
    };
  });
  useEffect(() => {
    const timer = setInterval(read.refresh, againMs);
    return () => clearInterval(timer);
  }, []);
  return read;
}

export function Refused({ read }: { read: ReturnType<typeof useRefusals> }) {
  const refusals = read.data;
  const most = refusals?.byReason[0]?.[1] ?? 1;
  const person = refusals?.latest?.people[0];
  return (
    <Card title="Refused today, by reason">
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      {read.loading && <Bones lines={3} />}
      {refusals?.total === 0 && <p class="soft">Nothing was refused.</p>}
      <ul class="bars">
        {refusals?.byReason.map(([code, total]) => (
          <li key={code}>
            <span>{reasonWords[code]}</span>
            <span class="figures">{total}</span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect width="100" height="4" class="ground" />
              <rect width={(total / most) * 100} height="4" />
            </svg>
          </li>
        ))}
      </ul>
      {refusals?.more && <p class="quiet">Of the newest {pageSize}.</p>}
      {person && refusals?.latest && (
        <p class="latest soft">
          Last: <a href={personHref(person.type, person.id, refusals.latest.phone_id ?? undefined)}>{person.name}</a>,{' '}
          {refusals.latest.reasons[0]?.message}
        </p>
      )}
    </Card>
  );
}
