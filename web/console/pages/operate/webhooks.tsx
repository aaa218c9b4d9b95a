import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { Missing } from '../../design/missing.tsx';
import { count } from '../../format/numbers.ts';
import { NewWebhook } from './new_webhook.tsx';
import { WebhookDetail } from './webhook_detail.tsx';

export type Webhook = Schemas['Webhook'];

export function Webhooks({ id }: { id: string | undefined }) {
  const read = useRead('webhooks', async (signal) => (await ask(api.GET('/webhooks', { signal }))).webhooks);
  const [adding, setAdding] = useState(false);
  useFollowed(['webhook.'], read.refresh);
  const open = read.data?.find((webhook) => webhook.id === id);
  const missing = id !== undefined && read.data !== undefined && !open;
  const add = (
    <Button tone="plain" small icon="plus" onClick={() => setAdding(true)}>
      New webhook
    </Button>
  );
  return (
    <div class={open || missing ? 'with-side wide-side' : ''}>
      <Card
        title="Webhooks"
        flush
        tools={
          <>
            {read.data && <span class="quiet figures">{count(read.data.length, 'webhook')}</span>}
            {add}
          </>
        }>
        {read.error && (
          <div class="body">
            <Notice tone="no">{read.error.message}</Notice>
          </div>
        )}
        {read.loading && (
          <div class="body">
            <Bones lines={3} />
          </div>
        )}
        {read.data?.length === 0 && (
          <Empty
            title="No webhook yet"
            actions={
              <Button tone="main" icon="plus" onClick={() => setAdding(true)}>
                New webhook
              </Button>
            }>
            What happens here can be told to a program of yours, signed, until it has taken it.
          </Empty>
        )}
        <ul class="rows webhooks">
          {read.data?.map((webhook) => (
            <Row key={webhook.id} webhook={webhook} chosen={webhook.id === id} />
          ))}
        </ul>
      </Card>
      {missing && <Missing what="webhook" back="/console/operate" />}
      {open && <WebhookDetail key={open.id} webhook={open} onChange={read.refresh} />}
      {adding && <NewWebhook onClose={() => setAdding(false)} onMade={read.refresh} />}
    </div>
  );
}

function Row({ webhook, chosen }: { webhook: Webhook; chosen: boolean }) {
  return (
    <li>
      <a href={`/console/operate/webhooks/${webhook.id}`} aria-current={chosen ? 'true' : undefined}>
        <span class="cut strong">{webhook.url.replace(/^https?:\/\//, '')}</span>
        <span class="soft cut types">{webhook.types.includes('*') ? 'everything' : webhook.types.join(', ')}</span>
        <span class="end">{webhook.enabled ? <Tag tone="ok">on</Tag> : <Tag tone="no">off</Tag>}</span>
      </a>
    </li>
  );
}
