import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byHour, percent, rateOf, type Contact, type Day } from './today.ts';

const contact = (kind: 'call' | 'text', status: string, inbound = false): Contact => ({
  kind,
  status,
  inbound,
  time: new Date(2026, 10, 27, 9, 30).toISOString(),
});
const day: Day = new Map([
  ['1', contact('call', 'completed')],
  ['2', contact('call', 'busy')],
  ['3', contact('call', 'ringing')],
  ['4', contact('call', 'completed', true)],
  ['5', contact('text', 'delivered')],
]);

test('rates count what we began and what has ended', () => {
  assert.deepEqual(rateOf(day, 'call'), { total: 4, inbound: 1, good: 1, ended: 2 });
  assert.equal(percent(1, 2), 50);
  assert.equal(percent(0, 0), undefined);
});

test("hours are the viewer's", () => {
  assert.deepEqual(byHour(day)[9], { calls: 4, texts: 1 });
  assert.deepEqual(byHour(day)[10], { calls: 0, texts: 0 });
});
