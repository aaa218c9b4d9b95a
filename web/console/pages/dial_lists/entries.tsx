import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { usePages } from '../../api/pages.ts';
import { nameOf, readPerson } from '../../api/people.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Card, Notice } from '../../design/controls.tsx';
import { More } from '../../design/more.tsx';
import { count, formatNumber } from '../../format/numbers.ts';
import { dayAndClock } from '../../format/times.ts';
import { usePlace } from '../../shell/router.ts';
import { entryWords, reasonText, stateWords, type EntryState } from './words.ts';

type Entry = Schemas['DialEntry'];
const pageSize = 25;

export function Entries({ listId }: { listId: string }) {
  const { query } = usePlace();
  const state = (query.get('state') ?? undefined) as EntryState | undefined;
  const reason = query.get('reason') ?? undefined;
  const pages = usePages(`entries/${listId}/${state}/${reason}`, async (page_token, signal) => {
    const page = await ask(
      api.GET('/dial-lists/{list_id}/entries', {
        signal,
        params: { path: { list_id: listId }, query: { page_token, page_size: pageSize, state, reason } },
      }),
    );
    return { items: page.entries, next: page.next_page_token };
  });
  useFollowed(['dial_list.'], pages.refresh);
  return (
    <Card title={state ? `Who ${reason ? `${stateWords[state]}: ${reasonText(reason)}` : stateWords[state]}` : 'Everybody'} flush>
      {pages.error && (
        <div class="body">
          <Notice tone="no">{pages.error.message}</Notice>
        </div>
      )}
      {!pages.items && !pages.error && (
        <div class="bones-body">
          <Bones lines={5} />
        </div>
      )}
      {pages.items?.length === 0 && <p class="soft nobody">Nobody.</p>}
      <ul class="rows entries">
        {pages.items?.map((entry) => (
          <Row key={entry.id} entry={entry} />
        ))}
      </ul>
      <More when={pages.more} load={pages.loadMore} />
    </Card>
  );
}

function Row({ entry }: { entry: Entry }) {
  return (
    <li>
      <a href={`/console/contacts/${entry.person.type}s/${encodeURIComponent(entry.person.id)}`}>
        <span class="strong cut">
          <Name entry={entry} />
        </span>
        <span class="number soft">{entry.number && formatNumber(entry.number)}</span>
        <span class="soft cut">
          {entryWords[entry.state]}
          {entry.reason && `: ${reasonText(entry.reason)}`}
        </span>
        <span class="quiet tries">{entry.attempts > 0 && count(entry.attempts, 'try', 'tries')}</span>
        <span class="quiet figures end">{entry.next_at && dayAndClock(entry.next_at)}</span>
      </a>
    </li>
  );
}

// Entries have ids, people have names.
function Name({ entry }: { entry: Entry }) {
  const may = useMay();
  const read = useRead(may('contacts:read') ? `name/${entry.person.type}/${entry.person.id}` : null, async (signal) =>
    nameOf((await readPerson(entry.person.type, entry.person.id, signal)).data),
  );
  return <>{read.data ?? entry.person.id}</>;
}
