import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byDay, days } from './arrivals.ts';

test('texts of ours are counted by the day and by how they fared; what came in and what is older is not', () => {
  const now = new Date(2025, 1, 20, 10);
  const at = (day: number, hour = 9) => new Date(2025, 1, day, hour).toISOString();
  const counted = byDay(
    [
      { direction: 'outbound', status: 'delivered', created_at: at(20) },
      { direction: 'outbound', status: 'undelivered', created_at: at(20, 0) },
      { direction: 'outbound', status: 'queued', created_at: at(19, 23) },
      { direction: 'outbound', status: 'failed', created_at: at(7) },
      { direction: 'outbound', status: 'failed', created_at: at(6) },
      { direction: 'inbound', status: 'received', created_at: at(20) },
    ],
    now,
  );
  assert.equal(counted.length, days);
  const told = counted.map(({ delivered, failed, underway }) => [delivered, failed, underway]);
  assert.deepEqual(told[13], [1, 1, 0]);
  assert.deepEqual(told[12], [0, 0, 1]);
  assert.deepEqual(told[0], [0, 1, 0]);
  assert.equal(
    told.flat().reduce((sum, each) => sum + each),
    4,
  );
});
