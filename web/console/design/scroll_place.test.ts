import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moved, settled, type Place } from './scroll_place.ts';

const long = { full: 56_000_000, shown: 12_000_000, height: 800 };

test('a list that a browser can scroll stands where its bar does', () => {
  const short = { full: 4_400_000, shown: 4_400_000, height: 800 };
  assert.deepEqual(moved({ top: 0, offset: 0 }, 4_399_200, short), { top: 4_399_200, offset: 4_399_200 });
  assert.equal(settled({ top: 77, offset: 77 }, short), 77);
});

test('in a longer one the wheel moves by pixels and the bar in proportion, to both ends', () => {
  let place: Place = { top: 0, offset: 0 };
  for (let turn = 0; turn < 100; ++turn) place = moved(place, place.top + 100, long);
  assert.equal(place.offset, 10_000);
  const top = settled(place, long);
  assert.ok(top < place.top);
  assert.deepEqual(moved(place, long.shown - long.height, long), {
    top: long.shown - long.height,
    offset: long.full - long.height,
  });
  assert.deepEqual(moved({ top: 11_000_000, offset: 51_000_000 }, 0, long), { top: 0, offset: 0 });
  assert.equal(moved({ top: 50, offset: 20 }, 0, long).offset, 0);
});

test('the bar that is set right moves no row', () => {
  const place = { top: 5_000, offset: 40_000_000 };
  const top = settled(place, long);
  assert.ok(Math.abs(top / (long.shown - long.height) - place.offset / (long.full - long.height)) < 1e-6);
});
