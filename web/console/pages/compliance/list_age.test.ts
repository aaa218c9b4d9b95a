import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageOf } from './list_age.ts';

test('a list counts on its last day, and a week before it warns', () => {
  assert.deepEqual(
    [0, 24, 25, 31, 32].map((days) => ageOf(days, 31)),
    ['fresh', 'fresh', 'soon', 'soon', 'old'],
  );
});
