import { useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useAction } from '../../api/query.ts';
import { Button, Notice, Switch, Tag } from '../../design/controls.tsx';
import { Menu } from '../../design/menu.tsx';
import { say } from '../../design/toast.tsx';
import { momentOf } from '../../format/times.ts';
import { go } from '../../shell/router.ts';
import { Deliveries } from './deliveries.tsx';
import { Replay } from './replay.tsx';
import { Secret } from './secret.tsx';
import type { Webhook } from './webhooks.tsx';

type Ping = { delivered: boolean; status: number | null; latency_ms: number | null; answer: string | null; error: string | null };

export function WebhookDetail({ webhook, onChange }: { webhook: Webhook; onChange: () => void }) {
  const path = { params: { path: { webhook_id: webhook.id } } };
  const [pinged, setPinged] = useState<Ping>();
  const [secret, setSecret] = useState<Schemas['WebhookWithSecret']['secret']>(null);
  const [replaying, setReplaying] = useState(false);
  const ping = useAction(async () => {
    setPinged(undefined);
    setPinged(await ask(api.POST('/webhooks/{webhook_id}/ping', path)));
  });
  const change = useAction(async (body: Schemas['WebhookUpdate']) => {
    await ask(api.PATCH('/webhooks/{webhook_id}', { ...path, body }));
    onChange();
  });
  const rotate = useAction(async () => {
    setSecret((await ask(api.POST('/webhooks/{webhook_id}/rotate-secret', path))).secret);
    onChange();
  });
  const remove = useAction(async () => {
    await ask(api.DELETE('/webhooks/{webhook_id}', path));
    say('The webhook is gone.');
    go('/operate');
    onChange();
  });
  const error = ping.error ?? change.error ?? rotate.error ?? remove.error;
  return (
    <aside class="card side" aria-label="The webhook">
      <header>
        <h2 class="url">{webhook.url}</h2>
        <Menu label="More about the webhook">
          <li>
            <button type="button" onClick={() => void rotate.run()}>
              New secret
            </button>
          </li>
          <li>
            <button type="button" onClick={() => setReplaying(true)}>
              Deliver again from an event on
            </button>
          </li>
          <li>
            <button type="button" class="danger" onClick={() => void remove.run()}>
              Delete
            </button>
          </li>
        </Menu>
        <Button tone="plain" small icon="cross" label="Close" href="/console/operate" />
      </header>
      <div class="body stack">
        <div class="row">
          <Switch checked={webhook.enabled} onChange={(enabled) => void change.run({ enabled })}>
            {webhook.enabled ? 'Delivers' : 'Off'}
          </Switch>
          <span class="grow" />
          <Button small busy={ping.busy} onClick={() => void ping.run()}>
            {ping.busy ? 'Asking…' : 'Try it'}
          </Button>
        </div>
        {webhook.disabled_reason && (
          <Notice tone="wait">
            Off since {webhook.disabled_at && momentOf(webhook.disabled_at)}: {webhook.disabled_reason}
          </Notice>
        )}
        {pinged && (
          <Notice tone={pinged.delivered ? 'ok' : 'no'}>
            {pinged.delivered
              ? `It answered ${pinged.status} within ${pinged.latency_ms} ms.`
              : (pinged.error ?? `It answered ${pinged.status}.`)}
          </Notice>
        )}
        {error && <Notice tone="no">{error.message}</Notice>}
        <p class="told">
          {webhook.types.map((type) => (
            <Tag key={type}>{type === '*' ? 'everything' : type}</Tag>
          ))}
          {webhook.ordered && <Tag>in order</Tag>}
        </p>
        {webhook.previous_secret_until && (
          <p class="soft">The secret before this one signs too, until {momentOf(webhook.previous_secret_until)}.</p>
        )}
        <Deliveries webhook={webhook} />
      </div>
      {replaying && <Replay id={webhook.id} onClose={() => setReplaying(false)} />}
      {secret && <Secret secret={secret} onClose={() => setSecret(null)} />}
    </aside>
  );
}
