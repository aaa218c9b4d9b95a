import { api, ask } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { useLive } from '../../api/stream.ts';
import { Card, Notice, Tag } from '../../design/controls.tsx';
import { useSession } from '../../api/session.ts';
import { momentOf } from '../../format/times.ts';
import { scopesInWords } from './scopes.ts';
import { Storage } from './storage.tsx';

interface Health {
  alive: boolean;
  ready: boolean;
  version: string | undefined;
  ms: number;
}

export function Health() {
  const session = useSession();
  const live = useLive();
  const read = useRead('health', async (signal): Promise<Health> => {
    const begun = performance.now();
    const [alive, ready] = await Promise.all([api.GET('/healthz', { signal }), api.GET('/readyz', { signal })]);
    const document = (await fetch('/openapi.json', { signal }).then((answer) => answer.json())) as { info: { version: string } };
    return {
      alive: alive.response.ok,
      ready: ready.response.ok,
      version: document.info.version,
      ms: Math.round(performance.now() - begun),
    };
  });
  const health = read.data;
  const node = useRead('node', (signal) => ask(api.GET('/node', { signal }))).data;
  return (
    <Card title="Health">
      {read.error && <Notice tone="no">{read.error.message}</Notice>}
      <dl class="pairs">
        <dt>Service</dt>
        <dd>{health && <Tag tone={health.alive ? 'ok' : 'no'}>{health.alive ? 'runs' : 'does not answer'}</Tag>}</dd>
        <dt>Store</dt>
        <dd>{health && <Tag tone={health.ready ? 'ok' : 'no'}>{health.ready ? 'ready' : 'away, or full'}</Tag>}</dd>
        {node && <Storage node={node} />}
        <dt>Stream</dt>
        <dd>
          <Tag tone={live ? 'ok' : 'wait'}>{live ? 'live' : 'not connected'}</Tag>
        </dd>
        <dt>Version</dt>
        <dd>{health?.version ?? ''}</dd>
        {node?.tz_database && (
          <>
            <dt>Time zones</dt>
            <dd>{node.tz_database}</dd>
          </>
        )}
        <dt>Your session</dt>
        <dd>
          of the key {session.key.name} in {session.account.name}, until {momentOf(session.expires_at)}
        </dd>
        <dt>Your key may</dt>
        <dd class="soft">{scopesInWords(session.key.scopes)}</dd>
      </dl>
    </Card>
  );
}
