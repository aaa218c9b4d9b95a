import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrder, type Happening } from './happening.ts';

const change = (key: string, time: string) =>
  ({ kind: 'change', key, time, entry: {}, number: undefined }) as unknown as Happening;

test('newest first, each once', () => {
  const all = inOrder([
    change('evt_1', '2026-11-27T10:00:00Z'),
    change('evt_3', '2026-11-27T12:00:00Z'),
    change('evt_2', '2026-11-27T12:00:00Z'),
    change('evt_1', '2026-11-27T10:00:00Z'),
  ]);
  assert.deepEqual(
    all.map(({ key }) => key),
    ['evt_3', 'evt_2', 'evt_1'],
  );
});
