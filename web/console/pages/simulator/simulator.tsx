// The phones at the other end, on the screen: those that were reached last, and any that is asked for.
import { useState } from 'preact/hooks';
import { api, ask } from '../../api/client.ts';
import { useFollowed } from '../../api/follow.ts';
import { useLines } from '../../api/lines.ts';
import { useRead } from '../../api/query.ts';
import { useMay } from '../../api/session.ts';
import { Button, Empty, Notice } from '../../design/controls.tsx';
import { readQuery } from '../../format/numbers.ts';
import { setQuery, usePlace } from '../../shell/router.ts';
import { Phone } from './phone.tsx';
import './simulator.css';

const phonesAtMost = 6;
const ten = (number: string) => number.replace(/^\+1/, '');

export default function Simulator() {
  const may = useMay();
  const { query } = usePlace();
  const [typed, setTyped] = useState('');
  const { lines } = useLines();
  const line = lines?.find((each) => each.status === 'active' && each.provider === 'pia')?.phone_number ?? undefined;
  const recent = useRead('simulator', async (signal) => {
    const page = { params: { query: { page_size: 30 } }, signal };
    const [texts, calls] = await Promise.all([
      ask(api.GET('/messages', page)).then(({ messages }) =>
        messages.map((each) => ({ at: each.created_at, number: each.direction === 'inbound' ? each.from : each.to })),
      ),
      may('lines:read')
        ? ask(api.GET('/calls', page)).then(({ calls: all }) =>
            all.map((each) => ({ at: each.started_at, number: each.direction === 'inbound' ? each.from : each.to })),
          )
        : [],
    ]);
    return [...texts, ...calls].sort((a, b) => b.at.localeCompare(a.at)).map(({ number }) => ten(number));
  });
  useFollowed(['call.created', 'message.created'], recent.refresh);
  const kept = (query.get('phones') ?? '').split(',').filter((number) => /^[0-9]{10}$/.test(number));
  const phones = [...new Set([...kept, ...(recent.data ?? [])])]
    .filter((number) => /^[0-9]{10}$/.test(number))
    .slice(0, phonesAtMost);
  const read = readQuery(typed);
  const add = () => {
    if (read.kind === 'digits' && read.digits.length === 10) {
      setQuery({ phones: [read.digits, ...kept.filter((number) => number !== read.digits)].slice(0, phonesAtMost).join(',') });
      setTyped('');
    }
  };
  return (
    <div class="page wide">
      <header class="page-head">
        <h1>Simulator</h1>
        <p class="soft grow">Phones that calls and texts of this demo reach.</p>
        <form
          class="row ask-phone"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}>
          <input
            class="input"
            type="tel"
            value={typed}
            aria-label="A phone's number"
            placeholder="(585) 298-4455"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <Button type="submit" disabled={read.kind !== 'digits' || read.digits.length !== 10}>
            Show the phone
          </Button>
        </form>
      </header>
      {recent.error && <Notice tone="no">{recent.error.message}</Notice>}
      {recent.data && phones.length === 0 && (
        <section class="card">
          <Empty title="No phone was reached yet">Call or text somebody, or show a phone by its number.</Empty>
        </section>
      )}
      <div class="phones">
        {phones.map((number) => (
          <Phone key={number} number={number} line={line} />
        ))}
      </div>
    </div>
  );
}
