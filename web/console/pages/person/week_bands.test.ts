import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandsOf, pieces, within } from './week_bands.ts';

test('days that are not named have none', () => {
  const bands = bandsOf({ days: ['mon', 'sun'], start: '17:00', end: '18:30' });
  assert.deepEqual(bands[0], { from: 1020, to: 1110 });
  assert.equal(bands[1], undefined);
  assert.deepEqual(bands[6], { from: 1020, to: 1110 });
  assert.equal(bandsOf(null)[3], undefined);
});

test('what is wished for counts as far as it is allowed', () => {
  assert.deepEqual(within({ from: 1020, to: 1320 }, { from: 480, to: 1260 }), { from: 1020, to: 1260 });
  assert.equal(within({ from: 1290, to: 1320 }, { from: 480, to: 1260 }), undefined);
});

test('a band is cut at full hours, and ends to the minute', () => {
  assert.deepEqual(pieces({ from: 1050, to: 1110 }), [
    { from: 1050, to: 1080 },
    { from: 1080, to: 1110 },
  ]);
  assert.deepEqual(pieces(undefined), []);
  assert.deepEqual(pieces({ from: 1380, to: 1440 }), [{ from: 1380, to: 1440 }]);
});
