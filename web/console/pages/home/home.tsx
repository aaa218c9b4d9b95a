import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../../api/client.ts';
import { useRead } from '../../api/query.ts';
import { useMay, useSession } from '../../api/session.ts';
import { useEvents } from '../../api/stream.ts';
import { Card, Notice } from '../../design/controls.tsx';
import { NumbersToCareFor } from './care.tsx';
import { HoursChart } from './hours_chart.tsx';
import { LiveFeed } from './live_feed.tsx';
import { Refused, useRefusals } from './refused.tsx';
import { byHour, midnight, ofCall, ofText, percent, rateOf, readToday, type Day, type Rate } from './today.ts';
import './home.css';

function useToday(since: string): { day: Day | undefined; error: string | undefined } {
  const may = useMay();
  const read = useRead(`today/${since}`, (signal) => readToday(since, may, signal));
  const [day, setDay] = useState<Day>();
  useEffect(() => {
    if (read.data) setDay(read.data);
  }, [read.data]);
  useEvents(['call.', 'message.'], (signal) => {
    if (signal.kind === 'missed') {
      read.refresh();
      return;
    }
    setDay((before) => {
      const after = new Map(before);
      for (const { type, data } of signal.events) {
        if (!data.object) continue;
        const contact = type.startsWith('call.')
          ? ofCall(data.object as Schemas['Call'])
          : ofText(data.object as Schemas['Message']);
        if (contact.time >= since) after.set(data.id, contact);
      }
      return after;
    });
  });
  return { day, error: read.error?.message };
}

export default function Home() {
  const may = useMay();
  const session = useSession();
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  const since = midnight(now);
  const { day, error } = useToday(since);
  const refusals = useRefusals(since, may('reach:read'));
  return (
    <div class="page home-page">
      <header class="page-head">
        <div>
          <p class="crumb">{session.account.name}</p>
          <h1>{now.toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long' })}</h1>
        </div>
      </header>
      {error && <Notice tone="no">{error}</Notice>}
      <div class="home-grid">
        <div class="stack">
          {(may('lines:read') || may('reach:read')) && (
            <Card title="Today">
              <div class="today">
                {may('lines:read') && (
                  <Figure name="Calls" rate={day && rateOf(day, 'call')} good="answered" href="/console/calls" />
                )}
                {may('reach:read') && (
                  <Figure name="Texts" rate={day && rateOf(day, 'text')} good="delivered" href="/console/messages" />
                )}
                {may('reach:read') && (
                  <a class="figure" href="/console/compliance?allowed=no">
                    <span class="soft">Refused</span>
                    <strong class="figures">
                      {refusals.data ? `${refusals.data.total}${refusals.data.more ? '+' : ''}` : '–'}
                    </strong>
                    <span class="quiet">before anything left</span>
                  </a>
                )}
              </div>
              <HoursChart hours={byHour(day ?? new Map())} now={now} />
            </Card>
          )}
          <div class="pair">
            {may('reach:read') && <Refused read={refusals} />}
            {may('contacts:read') && <NumbersToCareFor />}
          </div>
        </div>
        {may('events:read') && <LiveFeed />}
      </div>
    </div>
  );
}

function Figure({ name, rate, good, href }: { name: string; rate: Rate | undefined; good: string; href: string }) {
  const share = rate && percent(rate.good, rate.ended);
  return (
    <a class="figure" href={href}>
      <span class="soft">{name}</span>
      <strong class="figures">{rate ? rate.total.toLocaleString('en-US') : '–'}</strong>
      <span class="quiet">
        {share === undefined
          ? rate && rate.inbound > 0
            ? `${rate.inbound} came in`
            : 'none has ended yet'
          : `${share} % ${good}`}
        {share !== undefined && rate && rate.inbound > 0 && `, ${rate.inbound} came in`}
      </span>
    </a>
  );
}
