import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { usePages } from '../../api/pages.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Empty, Notice, Segments } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { More } from '../../design/more.tsx';
import { textWords } from '../../design/words.ts';
import { formatNumber } from '../../format/numbers.ts';
import { when } from '../../format/times.ts';
import type { PageProps } from '../../shell/pages.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { conversationsOf, ticksOf, type Conversation } from './conversations.ts';
import { NewText } from './new_text.tsx';
import { Talk } from './talk.tsx';
import './messages.css';

type Shown = 'all' | 'unanswered';

// Addresses may leave the country out.
const whole = (number: string | undefined) => (number && /^[0-9]{10}$/.test(number) ? `+1${number}` : number);

export default function Messages({ id: given }: PageProps) {
  const id = whole(given);
  const may = useMay();
  const pages = usePages('messages', async (page_token, signal) => {
    const page = await ask(api.GET('/messages', { signal, params: { query: { page_token, page_size: 100 } } }));
    return { items: page.messages, next: page.next_page_token };
  });
  useFollowed(['message.'], pages.refresh);
  const all = conversationsOf(pages.items ?? []);
  const shown: Shown = usePlace().query.get('show') === 'unanswered' ? 'unanswered' : 'all';
  const conversations = all.filter(({ number, unanswered }) => shown === 'all' || unanswered || number === id);
  const open = all.find(({ number }) => number === id);
  const [writing, setWriting] = useState(false);
  const add = may('reach:write') && (
    <Button tone="main" icon="plus" onClick={() => setWriting(true)}>
      New text
    </Button>
  );
  return (
    <div class={id ? 'page wide messages-page open' : 'page wide messages-page'}>
      <header class="page-head">
        <h1 class="grow">Messages</h1>
        <Segments<Shown>
          label="Which conversations"
          value={shown}
          onChange={(next) => setQuery({ show: next === 'all' ? undefined : next })}
          options={[
            ['all', 'All'],
            ['unanswered', 'Unanswered'],
          ]}
        />
        {add}
      </header>
      {pages.error && <Notice tone="no">{pages.error.message}</Notice>}
      <div class="card messages">
        <nav class="conversations" aria-label="Conversations">
          {!pages.items && !pages.error && (
            <div class="bones-body">
              <Bones lines={8} />
            </div>
          )}
          {conversations.map((each) => (
            <Item key={each.number} conversation={each} chosen={each.number === id} />
          ))}
          {pages.items && pages.items.length > 0 && conversations.length === 0 && !pages.more && (
            <p class="soft nothing-unanswered">Everything is answered.</p>
          )}
          <More when={pages.more} load={pages.loadMore} />
        </nav>
        {id ? (
          <Talk key={id} number={id} name={open?.name} />
        ) : pages.items?.length === 0 ? (
          <Empty title="No texts yet" actions={add}>
            Write to somebody first. What comes in to a line shows here.
          </Empty>
        ) : (
          <div class="nothing-open">
            <Empty title="Choose a conversation">What came in and was not answered has a dot.</Empty>
          </div>
        )}
      </div>
      {writing && <NewText onClose={() => setWriting(false)} />}
    </div>
  );
}

function Item({ conversation: { number, name, last, unanswered }, chosen }: { conversation: Conversation; chosen: boolean }) {
  const [word, tone] = textWords[last.status];
  const bad = tone === 'no' || tone === 'wait';
  const ticks = last.direction === 'outbound' ? ticksOf(last.status) : undefined;
  return (
    <a
      href={`/console/messages/${encodeURIComponent(number)}${location.search}`}
      aria-current={chosen ? 'true' : undefined}
      class={unanswered ? 'unanswered' : ''}>
      <span class="cut name">
        {name ?? <span class="number">{formatNumber(number)}</span>}
        {unanswered && <span class="hidden">, not answered</span>}
      </span>
      <time class="figures quiet" dateTime={last.created_at}>
        {when(last.created_at)}
      </time>
      <span class="cut soft last">
        {bad && <span class={`state ${tone}`}>{word}: </span>}
        {ticks && !bad && <Icon name={ticks} />}
        {last.text ?? (last.purpose === 'verification' ? 'A code' : 'Its words were deleted')}
      </span>
    </a>
  );
}
