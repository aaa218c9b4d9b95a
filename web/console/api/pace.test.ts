import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextWait } from './pace.ts';

test('while changes keep coming they are read ever more seldom, and soon again after a pause', () => {
  const waits = [0];
  for (let turn = 0; turn < 6; ++turn) waits.push(nextWait(waits.at(-1)!, turn === 0 ? 1e12 : 5));
  assert.deepEqual(waits.slice(1), [150, 300, 600, 1200, 2400, 2400]);
  assert.equal(nextWait(2400, 4801), 150);
  assert.equal(nextWait(1000, 0, { soonMs: 1000, longestMs: 5000 }), 2000);
});
