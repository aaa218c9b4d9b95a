import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kept, pagesNear } from './window.ts';

test('what is near sight is read, and nothing behind the end', () => {
  assert.deepEqual(pagesNear(0, 20, 100_000, 50), [0, 1]);
  assert.deepEqual(pagesNear(49, 51, 100_000, 50), [0, 1, 2]);
  assert.deepEqual(pagesNear(99_980, 100_000, 100_000, 50), [1998, 1999]);
  assert.deepEqual(pagesNear(0, 5, 5, 50), [0]);
  assert.deepEqual(pagesNear(0, 0, 0, 50), [0]);
});

test('of ever so many pages those nearest are kept', () => {
  const pages = new Map(Array.from({ length: 100 }, (_, page) => [page, 'rows']));
  const near = [...kept(pages, 50).keys()].sort((a, b) => a - b);
  assert.equal(near.length, 24);
  assert.ok(near[0]! >= 37 && near.at(-1)! <= 62 && near.includes(50));
});
