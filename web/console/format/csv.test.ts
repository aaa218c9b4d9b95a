import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvTable } from './csv.ts';

test('cells are quoted where they must be, and none is a formula', () => {
  assert.equal(
    csvTable(
      ['a', 'b'],
      [
        ['x, "y"', '=1+1'],
        ['', 'two\nlines'],
      ],
    ),
    'a,b\r\n"x, ""y""",\'=1+1\r\n,"two\nlines"\r\n',
  );
});
