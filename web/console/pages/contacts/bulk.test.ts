import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvOf, each } from './bulk.ts';
import type { Row } from './rows.ts';

const row = (name: string) =>
  ({
    type: 'patient',
    id: 'pat_1',
    name,
    entry: {
      id: 'phn_1',
      number: '5852984455',
      phone_type: 'cell',
      primary: true,
      linked_to: { type: 'patient', id: 'pat_1', name },
    },
  }) as Row;

test('a name is never a formula, and keeps its commas', () => {
  assert.deepEqual(
    csvOf([row('=HYPERLINK("x")'), row('Doe, John')])
      .split('\r\n')
      .slice(1, 3),
    ['5852984455,cell,true,"\'=HYPERLINK(""x"")",patient,pat_1', '5852984455,cell,true,"Doe, John",patient,pat_1'],
  );
});

test('one that fails stops none of the others', async () => {
  const seen: number[] = [];
  let told = 0;
  const failed = await each(
    [1, 2, 3, 4, 5, 6],
    async (one) => {
      seen.push(one);
      if (one === 2) throw new Error('no');
    },
    (done) => {
      told = done;
    },
  );
  assert.equal(failed, 1);
  assert.equal(told, 6);
  assert.deepEqual(seen.sort(), [1, 2, 3, 4, 5, 6]);
});
