import { useActor } from '../../api/actors.ts';
import { api, ask, type Schemas } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { useSession } from '../../api/session.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { More } from '../../design/more.tsx';
import { dayAndClock, exact } from '../../format/times.ts';
import { FilterChoice } from '../../parts/filters.tsx';
import { usePlace } from '../../shell/router.ts';

type RequestRecord = Schemas['RequestRecord'];
const statuses = [
  ['', 'Any status'],
  ['200', '200'],
  ['201', '201'],
  ['304', '304'],
  ['401', '401'],
  ['404', '404'],
  ['409', '409'],
  ['412', '412'],
  ['422', '422'],
  ['429', '429'],
  ['500', '500'],
  ['503', '503'],
] as const;

export function Requests() {
  const session = useSession();
  const { query } = usePlace();
  const filter = {
    status: query.get('status') ? Number(query.get('status')) : undefined,
    method: query.get('method') || undefined,
    key: query.get('key') || undefined,
  };
  const pages = usePages(`requests/${JSON.stringify(filter)}`, async (page_token, signal) => {
    const page = await ask(api.GET('/requests', { signal, params: { query: { ...filter, page_token, page_size: 50 } } }));
    return { items: page.requests, next: page.next_page_token };
  });
  const choice = (name: string, label: string, options: readonly (readonly [string, string])[]) => (
    <FilterChoice name={name} label={label} value={query.get(name) ?? ''} options={options} />
  );
  return (
    <Card
      title="Requests of the last 30 days"
      flush
      tools={
        <div class="list-tools inside">
          {choice('method', 'Method', [
            ['', 'Any method'],
            ['GET', 'GET'],
            ['POST', 'POST'],
            ['PATCH', 'PATCH'],
            ['PUT', 'PUT'],
            ['DELETE', 'DELETE'],
          ])}
          {choice('status', 'Status', statuses)}
          {choice('key', 'Key', [
            ['', 'Any key'],
            [session.key.id, 'This key'],
          ])}
          <Button tone="plain" small onClick={pages.refresh}>
            Read again
          </Button>
        </div>
      }>
      {pages.error && (
        <div class="body">
          <Notice tone="no">{pages.error.message}</Notice>
        </div>
      )}
      {!pages.items && !pages.error && (
        <div class="body">
          <Bones lines={6} />
        </div>
      )}
      {pages.items?.length === 0 && !pages.more && <Empty title="No such request">Other filters find more.</Empty>}
      <ul class="rows requests">
        {pages.items?.map((request) => (
          <Row key={request.id} request={request} />
        ))}
      </ul>
      <More when={pages.more} load={pages.loadMore} />
    </Card>
  );
}

function Row({ request }: { request: RequestRecord }) {
  const key = useActor(request.key);
  const tone = request.status >= 500 ? 'no' : request.status >= 400 ? 'wait' : undefined;
  const ms = request.duration_us / 1000;
  return (
    <li>
      <div class="cells">
        <code class="method">{request.method}</code>
        <code class="cut route">{request.route}</code>
        <span>
          <Tag tone={tone}>{request.status}</Tag>
        </span>
        <span class="figures soft end took">{ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms</span>
        <span class="soft cut by">{key}</span>
        <time class="figures quiet end" dateTime={request.time} title={exact(request.time)}>
          {dayAndClock(request.time)}
        </time>
      </div>
    </li>
  );
}
