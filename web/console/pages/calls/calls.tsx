import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useLines } from '../../api/lines.ts';
import { useOwner } from '../../api/owner.ts';
import { usePages } from '../../api/pages.ts';
import { Bones, Button, Empty, Notice, Tag } from '../../design/controls.tsx';
import { More } from '../../design/more.tsx';
import { callWords } from '../../design/words.ts';
import { formatNumber } from '../../format/numbers.ts';
import { dayAndClock, exact, seconds } from '../../format/times.ts';
import { FilterChoice } from '../../parts/filters.tsx';
import type { PageProps } from '../../shell/pages.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { Story } from './story.tsx';
import './calls.css';

type Call = Schemas['Call'];
const statuses = Object.entries(callWords).map(([status, [word]]) => [status, word[0]!.toUpperCase() + word.slice(1)] as const);

export const otherSide = (call: Call) => (call.direction === 'inbound' ? call.from : call.to);

export default function Calls({ id }: PageProps) {
  const { query } = usePlace();
  const filter = {
    status: query.get('status') ?? undefined,
    direction: query.get('direction') ?? undefined,
    line: query.get('line') ?? undefined,
  };
  const { lines, nameOf } = useLines();
  const pages = usePages(`calls/${JSON.stringify(filter)}`, async (page_token, signal) => {
    const page = await ask(
      api.GET('/calls', {
        signal,
        params: {
          query: {
            page_token,
            page_size: 50,
            line: filter.line,
            status: filter.status as Schemas['CallStatus'] | undefined,
            direction: filter.direction as Schemas['Direction'] | undefined,
          },
        },
      }),
    );
    return { items: page.calls, next: page.next_page_token };
  });
  useFollowed(['call.'], pages.refresh);
  const filtered = Object.values(filter).some(Boolean);
  const search = query.size > 0 ? `?${query}` : '';
  return (
    <div class="page wide">
      <header class="page-head">
        <h1>Calls</h1>
      </header>
      <div class="list-tools">
        <FilterChoice
          name="direction"
          label="direction"
          value={filter.direction}
          options={[
            ['', 'In and out'],
            ['inbound', 'Came in'],
            ['outbound', 'Went out'],
          ]}
        />
        <FilterChoice name="status" label="status" value={filter.status} options={[['', 'However it went'], ...statuses]} />
        <FilterChoice
          name="line"
          label="line"
          value={filter.line}
          options={[['', 'Any line'], ...(lines ?? []).map((line) => [line.id, nameOf(line.id)] as const)]}
        />
        {filtered && (
          <Button tone="plain" small onClick={() => setQuery({ status: undefined, direction: undefined, line: undefined })}>
            Clear
          </Button>
        )}
      </div>
      {pages.error && <Notice tone="no">{pages.error.message}</Notice>}
      <div class={id ? 'with-side' : ''}>
        <section class="card" aria-label="Calls found">
          {!pages.items && !pages.error && (
            <div class="body bones-body">
              <Bones lines={8} />
            </div>
          )}
          {pages.items?.length === 0 &&
            (filtered ? (
              <Empty title="No call is like that">Other filters find more.</Empty>
            ) : (
              <Empty title="No calls yet" actions={<Button href="/console/contacts">To contacts</Button>}>
                A call that comes in to a line shows here, and every call that is placed. Open a person to call them.
              </Empty>
            ))}
          <ul class="rows calls">
            {pages.items?.map((call) => (
              <Row key={call.id} call={call} line={nameOf(call.line_id)} chosen={call.id === id} search={search} />
            ))}
          </ul>
          <More when={pages.more} load={pages.loadMore} />
        </section>
        {id && <Story id={id} search={search} />}
      </div>
    </div>
  );
}

function Row({ call, line, chosen, search }: { call: Call; line: string; chosen: boolean; search: string }) {
  const [word, tone] = callWords[call.status];
  const owner = useOwner(call.phone_id);
  return (
    <li>
      <a href={`/console/calls/${call.id}${search}`} aria-current={chosen ? 'true' : undefined}>
        <span class={owner ? 'strong cut' : 'number strong'}>{owner ?? formatNumber(otherSide(call))}</span>
        <span class="number soft call-number">{owner && formatNumber(otherSide(call))}</span>
        <span class="way soft">
          {call.direction === 'inbound' ? 'in to' : 'out from'} {line}
        </span>
        <span>
          <Tag tone={tone}>{word}</Tag>
        </span>
        <span class="figures soft lasted">{call.duration_seconds ? seconds(call.duration_seconds) : ''}</span>
        <time class="figures quiet end" dateTime={call.started_at} title={exact(call.started_at)}>
          {dayAndClock(call.started_at)}
        </time>
      </a>
    </li>
  );
}
