// What people agreed to and took back, newest first: of everybody.
import { api, ask, type Schemas } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Empty, Notice, Tag } from '../../design/controls.tsx';
import { count, formatNumber } from '../../format/numbers.ts';
import { dayAndClock, exact } from '../../format/times.ts';
import { Pager, useOffset } from '../../parts/pager.tsx';

type Consent = Schemas['Consent'];
const pageSize = 50;

const bases: Record<Consent['basis'], string> = {
  written: 'in writing',
  verbal: 'verbal',
  inquiry: 'they asked us',
  relationship: 'a relationship',
};

export function ConsentList() {
  const offset = useOffset();
  const read = useRead(`consents/${offset}`, (signal) =>
    ask(api.GET('/api/v2/consents', { signal, params: { query: { limit: pageSize, offset } } })),
  );
  useFollowed(['consent.'], read.refresh);
  const total = read.data?.pagination.total_items;
  return (
    <Card title={total === undefined ? 'Consents' : count(total, 'consent')} flush>
      {read.error && (
        <div class="body">
          <Notice tone="no">{read.error.message}</Notice>
        </div>
      )}
      {read.loading && (
        <div class="bones-body">
          <Bones lines={4} />
        </div>
      )}
      {total === 0 && (
        <Empty title="No consent is recorded" actions={<Button href="/console/contacts">To contacts</Button>}>
          Care and service need none. Marketing needs one in writing: open a person to record it, with what proves it.
        </Empty>
      )}
      <ul class="rows consent-list">
        {read.data?.data.map((consent) => (
          <Row key={consent.id} consent={consent} />
        ))}
      </ul>
      <Pager offset={offset} pageSize={pageSize} total={total} />
    </Card>
  );
}

function standing(consent: Consent, now: string): readonly [string, 'ok' | 'no' | 'wait'] {
  if (consent.status === 'revoked') return ['taken back', 'no'];
  return consent.expires_at && consent.expires_at < now ? ['expired', 'wait'] : ['given', 'ok'];
}

function Row({ consent }: { consent: Consent }) {
  const may = useMay();
  const entry = useRead(may('contacts:read') ? `number/of/${consent.phone_id}` : null, (signal) =>
    ask(api.GET('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id: consent.phone_id } }, signal })),
  ).data;
  const [word, tone] = standing(consent, new Date().toISOString());
  const who = entry?.linked_to;
  return (
    <li>
      <div class="cells">
        <span class="cut strong">
          {who ? (
            <a href={`/console/contacts/${who.type}s/${encodeURIComponent(who.id)}?number=${consent.phone_id}`}>{who.name}</a>
          ) : (
            <code class="quiet">{consent.phone_id}</code>
          )}
        </span>
        <span class="number soft">{entry && formatNumber(entry.number)}</span>
        <span class="soft">
          {consent.channel === 'call' ? 'calls' : 'texts'} for {consent.purpose}
        </span>
        <span class="soft cut proof" title={consent.evidence ?? undefined}>
          {bases[consent.basis]}
          {consent.evidence && `, ${consent.evidence}`}
        </span>
        <Tag tone={tone}>{word}</Tag>
        <time class="quiet figures end" dateTime={consent.at} title={exact(consent.at)}>
          {dayAndClock(consent.at)}
        </time>
      </div>
    </li>
  );
}
