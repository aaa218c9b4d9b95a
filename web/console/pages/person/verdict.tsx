import { useEffect, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import type { Person } from '../../api/people.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Bones, Button, Card, Notice, Segments } from '../../design/controls.tsx';
import { Icon } from '../../design/icons.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { momentOf, viewersZone } from '../../format/times.ts';
import { checksOf, verdictOf, type Purpose } from './checks.ts';

export interface Asked {
  channel: 'call' | 'text';
  purpose: Purpose;
}
const againMs = 30_000;
const signs = { ok: 'check', wait: 'clock', no: 'cross' } as const;

// Asked again twice a minute: the answer changes with the clock.
export function useVerdict(phoneId: string | undefined, asked: Asked, turn: number) {
  const may = useMay();
  const read = useRead(
    phoneId && may('reach:read') ? `verdict/${phoneId}/${asked.channel}/${asked.purpose}` : null,
    async (signal) =>
      ask(
        api.GET('/api/v2/phone-numbers/{phone_id}/reachability', {
          params: { path: { phone_id: phoneId! }, query: asked },
          signal,
        }),
      ),
  );
  useEffect(() => {
    const timer = setInterval(read.refresh, againMs);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (turn > 0) read.refresh();
  }, [turn]);
  return read;
}

export function VerdictCard({
  person,
  number,
  policy,
  asked,
  onAsk,
  verdict,
  onReach,
}: {
  person: Person;
  number: Schemas['PersonPhoneNumber'] | undefined;
  policy: Schemas['Policy'] | undefined;
  asked: Asked;
  onAsk: (asked: Asked) => void;
  verdict: ReturnType<typeof useVerdict>;
  onReach: (channel: 'call' | 'text', sendAt?: string) => void;
}) {
  const title = asked.channel === 'call' ? 'May I call now?' : 'May I text now?';
  return (
    <Card
      title={title}
      tools={
        <Segments
          label="How"
          value={asked.channel}
          onChange={(channel) => onAsk({ ...asked, channel })}
          options={[
            ['call', 'Call'],
            ['text', 'Text'],
          ]}
        />
      }>
      {number === undefined ? (
        <p class="soft">There is no number to reach {person.first_name} at. Add one first.</p>
      ) : (
        <div class="verdict-card">
          <Answer decision={verdict.data} error={verdict.error?.message} />
          <div class="asked">
            <span class="soft">For</span>
            <Segments<Purpose>
              label="What for"
              value={asked.purpose}
              onChange={(purpose) => onAsk({ ...asked, purpose })}
              options={[
                ['care', 'Care'],
                ['service', 'Service'],
                ['marketing', 'Marketing'],
              ]}
            />
            <span class="number quiet">{formatNumber(number.number)}</span>
          </div>
          {verdict.data ? <Why decision={verdict.data} person={person} policy={policy} /> : <Bones lines={5} />}
          {verdict.data && <Deeds decision={verdict.data} onReach={onReach} />}
        </div>
      )}
    </Card>
  );
}

function Answer({ decision, error }: { decision: Schemas['Decision'] | undefined; error: string | undefined }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => setNow(new Date()), [decision]);
  if (error) return <Notice tone="no">{error}</Notice>;
  if (!decision)
    return (
      <div class="verdict">
        <div>
          <strong>Looking…</strong>
          <p>&nbsp;</p>
        </div>
      </div>
    );
  const { state, title, text } = verdictOf(decision, now);
  return (
    <div class={`verdict ${state}`} role="status">
      <Icon name={signs[state]} />
      <div>
        <strong>{title}</strong>
        <p>{text}</p>
      </div>
    </div>
  );
}

function Why({
  decision,
  person,
  policy,
}: {
  decision: Schemas['Decision'];
  person: Person;
  policy: Schemas['Policy'] | undefined;
}) {
  return (
    <ul class="why">
      {checksOf(decision, person, policy).map((check) => (
        <li key={check.label} class={check.state}>
          <Icon name={signs[check.state]} />
          <span>
            {check.label}
            <span class="hidden">: {check.state === 'ok' ? 'in order' : check.messages.join(', ')}</span>
          </span>
          <span class="quiet figures">{check.side}</span>
        </li>
      ))}
    </ul>
  );
}

function Deeds({
  decision,
  onReach,
}: {
  decision: Schemas['Decision'];
  onReach: (channel: 'call' | 'text', sendAt?: string) => void;
}) {
  const may = useMay();
  if (!may('reach:write')) return null;
  const later = decision.next_allowed_at;
  const zone = decision.timezones[0];
  return (
    <div class="row deeds">
      {decision.allowed && (
        <Button tone="main" icon={decision.channel === 'call' ? 'line' : 'text'} onClick={() => onReach(decision.channel)}>
          {decision.channel === 'call' ? 'Call' : 'Write a text'}
        </Button>
      )}
      {!decision.allowed && later && (
        <Button tone="main" icon="clock" onClick={() => onReach('text', later)}>
          Text at {momentOf(later, new Date(), zone)}
          {zone && zone !== viewersZone && ' there'}
        </Button>
      )}
      {decision.channel === 'call' && (
        <Button icon="text" onClick={() => onReach('text')}>
          Text instead
        </Button>
      )}
    </div>
  );
}
