import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../api/stream.ts';
import { fits, LedgerWalk, type Ask, type Entry, type Filter } from './ledger.ts';

const never = new AbortController().signal;

// A ledger of so many entries, of which every third is a call; looks through 40 at a time.
function ledger(size: number): { read: Ask; asks: () => number } {
  let asks = 0;
  const looks = 40;
  const read: Ask = ({ entity, before, page_size, page_token }) => {
    ++asks;
    let at = Math.min((page_token ? Number(page_token) : (before ?? size + 1)) - 1, size);
    const entries: Entry[] = [];
    for (let looked = 0; at > 0 && looked < looks && entries.length < page_size; --at, ++looked) {
      const made = at % 3 === 0 ? 'call' : 'patient';
      if (entity === undefined || entity === made) entries.push({ sequence: at, entity: made } as Entry);
    }
    return Promise.resolve({ entries, next_page_token: at > 0 ? String(at + 1) : null });
  };
  return { read, asks: () => asks };
}
const sequences = ({ rows }: { rows: Entry[] }) => rows.map(({ sequence }) => sequence);

test('any place of the whole ledger is read at once, also its end, and a list stays where it began', async () => {
  const { read, asks } = ledger(1_000_030);
  const walk = new LedgerWalk({}, read);
  const first = await walk.page(0, never);
  assert.equal(first.total, 1_000_030);
  assert.equal(first.rows[0]!.sequence, 1_000_030);
  const before = asks();
  assert.deepEqual(
    sequences(await walk.page(20_000, never)),
    Array.from({ length: 30 }, (_, at) => 30 - at),
  );
  assert.ok(asks() - before === 1);
});

test('with a filter the list grows as one goes on, and ends where the ledger does', async () => {
  const walk = new LedgerWalk({ entity: 'call' }, ledger(400).read);
  const first = await walk.page(0, never);
  assert.deepEqual([first.rows.length, first.total], [50, 100]);
  assert.equal(first.rows[49]!.sequence, 252);
  const last = await walk.page(2, never);
  assert.deepEqual([last.rows.length, last.total], [33, 133]);
  assert.deepEqual(sequences(await walk.page(0, never)), sequences(first));
});

test('an empty ledger is an empty list', async () => {
  assert.deepEqual(await new LedgerWalk({}, ledger(0).read).page(0, never), { rows: [], total: 0 });
  assert.deepEqual(await new LedgerWalk({ entity: 'call' }, ledger(2).read).page(0, never), { rows: [], total: 0 });
});

test('an event counts where the list would show it', () => {
  const event = { type: 'policy.updated', actor: 'operator', time: '2025-02-01T10:00:00Z', data: { id: 'policy' } } as Event;
  const shown: Filter[] = [{}, { entity: 'contact_policy' }, { actor: 'operator' }, { since: '2025-02-01T10:00:00Z' }];
  const not: Filter[] = [{ entity: 'call' }, { action: 'created' }, { entity_id: 'phn_1' }, { until: '2025-02-01T10:00:00Z' }];
  for (const filter of shown) assert.ok(fits(filter, event), JSON.stringify(filter));
  for (const filter of not) assert.ok(!fits(filter, event), JSON.stringify(filter));
});
