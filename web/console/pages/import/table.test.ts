import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf } from './table.ts';

test('quotes, commas and lines inside fields', () => {
  assert.deepEqual(rowsOf('row,message\r\n2,"a, ""b""\nc"\r\n3,\r\n'), [
    ['row', 'message'],
    ['2', 'a, "b"\nc'],
    ['3', ''],
  ]);
  assert.deepEqual(rowsOf(''), []);
  assert.deepEqual(rowsOf('a,b'), [['a', 'b']]);
});
