import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge } from './pages.ts';

test('what is told anew stands above, and each thing is there once', () => {
  assert.deepEqual(merge([{ id: 'c' }, { id: 'b', status: 'new' }], [{ id: 'b', status: 'old' }, { id: 'a' }]), [
    { id: 'c' },
    { id: 'b', status: 'new' },
    { id: 'a' },
  ]);
});
