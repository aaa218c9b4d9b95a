import { useEffect, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { useAction } from '../../api/query.ts';
import { Bones, Button, Notice, Segments, Tag } from '../../design/controls.tsx';
import { More } from '../../design/more.tsx';
import { momentOf, exact, when } from '../../format/times.ts';
import type { Webhook } from './webhooks.tsx';

type Delivery = Schemas['WebhookDelivery'];
type State = Schemas['WebhookDeliveryState'] | 'all';
const againMs = 3000;
const words = { pending: ['waits', 'accent'], delivered: ['delivered', 'ok'], failed: ['given up', 'no'] } as const;

// Deliveries are no events: they are asked for every few seconds while somebody looks.
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const [state, setState] = useState<State>('all');
  const [failing, setFailing] = useState<string | null>(null);
  const path = { webhook_id: webhook.id };
  const pages = usePages(`deliveries/${webhook.id}/${state}`, async (page_token, signal) => {
    const page = await ask(
      api.GET('/webhooks/{webhook_id}/deliveries', {
        signal,
        params: { path, query: { page_token, page_size: 30, state: state === 'all' ? undefined : state } },
      }),
    );
    setFailing(page.failing_since);
    return { items: page.deliveries, next: page.next_page_token };
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) pages.refresh();
    }, againMs);
    return () => clearInterval(timer);
  }, [pages.refresh]);
  const again = useAction(async (event_id: string) => {
    await ask(api.POST('/webhooks/{webhook_id}/deliveries/{event_id}/redeliver', { params: { path: { ...path, event_id } } }));
    pages.refresh();
  });
  return (
    <div class="deliveries">
      <div class="row">
        <h3 class="grow">Deliveries</h3>
        <Segments<State>
          label="Which"
          value={state}
          onChange={setState}
          options={[
            ['all', 'All'],
            ['pending', 'Waiting'],
            ['failed', 'Given up'],
          ]}
        />
      </div>
      {failing && (
        <Notice tone="wait">It has failed since {momentOf(failing)}. After five days of it the webhook is turned off.</Notice>
      )}
      {(pages.error ?? again.error) && <Notice tone="no">{(pages.error ?? again.error)!.message}</Notice>}
      {!pages.items && !pages.error && <Bones lines={4} />}
      {pages.items?.length === 0 && (
        <p class="soft">None{state === 'all' ? ' yet: the next thing that happens is delivered' : ' like that'}.</p>
      )}
      <ul>
        {pages.items?.map((delivery) => (
          <Row key={delivery.event_id} delivery={delivery} onAgain={() => void again.run(delivery.event_id)} />
        ))}
      </ul>
      <More when={pages.more} load={pages.loadMore} />
    </div>
  );
}

function Row({ delivery, onAgain }: { delivery: Delivery; onAgain: () => void }) {
  const [word, tone] = words[delivery.state];
  const trouble = delivery.error ?? (delivery.state !== 'delivered' ? delivery.answer : null);
  return (
    <li>
      <Tag tone={delivery.state === 'pending' && delivery.attempts > 0 ? 'wait' : tone}>{word}</Tag>
      <span class="figures">#{delivery.sequence}</span>
      <span class="soft grow figures">
        {delivery.status ?? ''}
        {delivery.latency_ms !== null && ` in ${delivery.latency_ms < 1 ? '<1' : delivery.latency_ms} ms`}
        {delivery.attempts > 1 && `, try ${delivery.attempts}`}
      </span>
      {delivery.attempted_at && (
        <time class="quiet figures" dateTime={delivery.attempted_at} title={exact(delivery.attempted_at)}>
          {when(delivery.attempted_at)}
        </time>
      )}
      {delivery.state !== 'pending' && (
        <Button tone="plain" small onClick={onAgain}>
          Again
        </Button>
      )}
      {trouble && <p class="soft">{trouble.slice(0, 200)}</p>}
      {delivery.next_attempt_at && delivery.attempts > 0 && <p class="quiet">Tried again {momentOf(delivery.next_attempt_at)}</p>}
    </li>
  );
}
