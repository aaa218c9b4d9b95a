import { api, ask, type Schemas } from '../../api/client.ts';
import { useEvery } from '../../api/every.ts';
import { useFollowed } from '../../api/follow.ts';
import { usePages } from '../../api/pages.ts';
import { Bones, Button, Empty, Notice, Segments, Tag } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { More } from '../../design/more.tsx';
import { reasonWords } from '../../design/words.ts';
import { formatNumber } from '../../format/numbers.ts';
import { dayAndClock, exact, zoneCity, momentOf } from '../../format/times.ts';
import { FilterChoice } from '../../parts/filters.tsx';
import { setQuery, usePlace } from '../../shell/router.ts';
import { ExportButton } from './export_button.tsx';

type Decision = Schemas['Decision'];
type Answer = 'all' | 'yes' | 'no';
const againMs = 5_000;

export function Decisions() {
  const { query } = usePlace();
  const answer = (query.get('allowed') ?? 'all') as Answer;
  const channel = (query.get('channel') ?? undefined) as Schemas['Channel'] | undefined;
  const number = query.get('number') || undefined;
  const pages = usePages(`decisions/${answer}/${channel}/${number}`, async (page_token, signal) => {
    const page = await ask(
      api.GET('/decisions', {
        signal,
        params: {
          query: { page_token, page_size: 50, channel, number, allowed: answer === 'all' ? undefined : answer === 'yes' },
        },
      }),
    );
    return { items: page.decisions.map((decision) => ({ ...decision, id: decision.id! })), next: page.next_page_token };
  });
  // Decisions are no events; most come of calls and texts, which are.
  useFollowed(['call.created', 'message.created'], pages.refresh);
  useEvery(againMs, true, pages.refresh);
  const filtered = answer !== 'all' || channel !== undefined || number !== undefined;
  return (
    <>
      <div class="list-tools">
        <Segments<Answer>
          label="How it was decided"
          value={answer}
          onChange={(next) => setQuery({ allowed: next === 'all' ? undefined : next })}
          options={[
            ['all', 'All'],
            ['yes', 'Allowed'],
            ['no', 'Refused'],
          ]}
        />
        <FilterChoice
          name="channel"
          label="How"
          value={channel}
          options={[
            ['', 'Calls and texts'],
            ['call', 'Calls'],
            ['text', 'Texts'],
          ]}
        />
        <input
          class="input"
          data-search
          type="search"
          aria-label="Of this number"
          placeholder="A whole phone number"
          value={number ?? ''}
          onChange={(event) => setQuery({ number: event.currentTarget.value.trim() })}
        />
        {filtered && (
          <Button tone="plain" small onClick={() => setQuery({ allowed: undefined, channel: undefined, number: undefined })}>
            Clear
          </Button>
        )}
        <span class="grow" />
        <Button tone="plain" small onClick={pages.refresh}>
          Read again
        </Button>
        <ExportButton filter={{ channel, number, allowed: answer === 'all' ? undefined : answer === 'yes' }} />
      </div>
      {pages.error && <Notice tone="no">{pages.error.details[0]?.message ?? pages.error.message}</Notice>}
      <section class="card" aria-label="Decisions">
        {!pages.items && !pages.error && (
          <div class="bones-body">
            <Bones lines={6} />
          </div>
        )}
        {pages.items?.length === 0 && (
          <Empty title={filtered ? 'No decision is like that' : 'Nothing was decided yet'}>
            Every call and text is decided on before it leaves, and the decision is kept for five years.
          </Empty>
        )}
        <ul class="rows decisions">
          {pages.items?.map((decision) => (
            <Row key={decision.id} decision={decision} />
          ))}
        </ul>
        <More when={pages.more} load={pages.loadMore} />
      </section>
    </>
  );
}

function Row({ decision }: { decision: Decision }) {
  const { query } = usePlace();
  // One that is opened has an address of its own.
  const open = query.get('decision') === decision.id;
  const who = decision.people[0]?.name ?? 'nobody in the book';
  return (
    <li>
      <button
        type="button"
        class="cells"
        aria-expanded={open}
        onClick={() => setQuery({ decision: open ? undefined : decision.id! })}>
        <span class={`sign ${decision.allowed ? 'ok' : 'no'}`}>
          <Icon name={decision.allowed ? 'check' : 'cross'} />
          <span class="hidden">{decision.allowed ? 'Allowed' : 'Refused'}</span>
        </span>
        <span class="cut strong">
          {who}
          {decision.people.length > 1 && ` and ${decision.people.length - 1} more`}
        </span>
        <span class="number soft">{formatNumber(decision.number)}</span>
        <span class="soft">
          {decision.channel} for {decision.purpose}
        </span>
        <span class="tags">
          {decision.reasons.slice(0, 2).map(({ code, until }) => (
            <Tag key={code} tone={until ? 'wait' : 'no'}>
              {reasonWords[code].toLowerCase()}
            </Tag>
          ))}
          {decision.reasons.length > 2 && <span class="quiet">+{decision.reasons.length - 2}</span>}
        </span>
        <time class="quiet figures end" dateTime={decision.at}>
          {dayAndClock(decision.at)}
        </time>
      </button>
      {open && <Explained decision={decision} />}
    </li>
  );
}

function Explained({ decision }: { decision: Decision }) {
  const local = decision.timezones
    .map((zone, at) => `${decision.local_times[at]?.slice(11, 16)} in ${zoneCity(zone)}`)
    .join(', ');
  return (
    <div class="explained">
      {decision.reasons.length > 0 && (
        <ul>
          {decision.reasons.map(({ code, message, until }) => (
            <li key={code}>
              <strong>{reasonWords[code]}</strong>{' '}
              <span class="soft">
                {message}
                {until && `; until ${momentOf(until)}`}
              </span>
            </li>
          ))}
        </ul>
      )}
      <dl class="pairs">
        <dt>About</dt>
        <dd>
          {decision.people.length === 0
            ? 'nobody in the book'
            : decision.people.map((one) => (
                <a key={one.id} href={`/console/contacts/${one.type}s/${encodeURIComponent(one.id)}`}>
                  {one.name}{' '}
                </a>
              ))}
        </dd>
        <dt>At</dt>
        <dd>
          {exact(decision.at)}
          {local && `; ${local}, by ${decision.timezone_source === 'person' ? 'their own time zone' : 'the area code'}`}
        </dd>
        {decision.valid_until && (
          <>
            <dt>Held until</dt>
            <dd>{dayAndClock(decision.valid_until)}</dd>
          </>
        )}
        {decision.next_allowed_at && (
          <>
            <dt>Allowed from</dt>
            <dd>{dayAndClock(decision.next_allowed_at)}</dd>
          </>
        )}
        <dt>Voice</dt>
        <dd>{decision.voice}</dd>
        <dt>Policy</dt>
        <dd>version {decision.policy_version}</dd>
        <dt>Decision</dt>
        <dd>
          <code class="quiet">{decision.id}</code>
        </dd>
      </dl>
    </div>
  );
}
