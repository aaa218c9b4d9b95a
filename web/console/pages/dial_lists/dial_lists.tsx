import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { usePages } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Empty, Notice, Tag } from '../../design/controls.tsx';
import { More } from '../../design/more.tsx';
import { count } from '../../format/numbers.ts';
import { dayAndClock } from '../../format/times.ts';
import { FilterChoice } from '../../parts/filters.tsx';
import { usePlace } from '../../shell/router.ts';
import { NewList } from './new_list.tsx';
import { listWords } from './words.ts';
import './dial_lists.css';

export default function DialLists() {
  const may = useMay();
  const [adding, setAdding] = useState(false);
  const asked = usePlace().query.get('status') ?? '';
  const status = Object.hasOwn(listWords, asked) ? (asked as Schemas['DialListStatus']) : undefined;
  const pages = usePages(`dial-lists/${status}`, async (page_token, signal) => {
    const page = await ask(api.GET('/dial-lists', { signal, params: { query: { page_token, page_size: 50, status } } }));
    return { items: page.dial_lists, next: page.next_page_token };
  });
  useFollowed(['dial_list.'], pages.refresh);
  const add = may('reach:write') && (
    <Button tone="main" icon="plus" onClick={() => setAdding(true)}>
      New list
    </Button>
  );
  return (
    <div class="page">
      <header class="page-head">
        <h1 class="grow">Dial lists</h1>
        <FilterChoice
          name="status"
          label="How they stand"
          value={status}
          options={[['', 'All'], ...Object.entries(listWords).map(([key, [word]]) => [key, word] as const)]}
        />
        {add}
      </header>
      {pages.error && <Notice tone="no">{pages.error.message}</Notice>}
      <section class="card" aria-label="Dial lists">
        {!pages.items && !pages.error && (
          <div class="bones-body">
            <Bones lines={4} />
          </div>
        )}
        {pages.items?.length === 0 && status && (
          <Empty title="No list is like that" actions={<Button href="/console/dial-lists">All lists</Button>} />
        )}
        {pages.items?.length === 0 && !status && (
          <Empty title="No list yet" actions={add}>
            A list is whom to call, for one thing, each person once. Whoever may not be called now waits by themselves.
          </Empty>
        )}
        <ul class="rows dial-lists">
          {pages.items?.map((list) => (
            <Row key={list.id} list={list} />
          ))}
        </ul>
        <More when={pages.more} load={pages.loadMore} />
      </section>
      {adding && <NewList onClose={() => setAdding(false)} />}
    </div>
  );
}

function Row({ list }: { list: Schemas['DialListItem'] }) {
  const [word, tone] = listWords[list.status];
  return (
    <li>
      <a href={`/console/dial-lists/${list.id}`}>
        <span class="strong cut">{list.name}</span>
        <span class="soft">for {list.purpose}</span>
        <span class="soft figures">
          {count(list.entries, 'person', 'people')}
          {list.filling && ' so far'}
        </span>
        <span class="quiet by">{list.dialer === 'linebook' ? 'Linebook dials' : 'people dial'}</span>
        <span>
          <Tag tone={tone}>{word}</Tag>
        </span>
        <time class="quiet figures end" dateTime={list.created_at}>
          {dayAndClock(list.created_at)}
        </time>
      </a>
    </li>
  );
}
