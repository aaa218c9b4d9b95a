import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf, kindOf } from './kinds.ts';
import { bytes } from '../../format/bytes.ts';
import { changes, countsOf } from './words.ts';

const run = {
  dry_run: true,
  progress: { unit: 'rows', items: 3, bytes_done: 10 },
  rejects: 1,
  report: { added: 2, updated: 0, unchanged: 0, errors: 0, left_out: { fax: 1, pager: 0 } },
  messages: [],
};

test('counts: what is always told, and of the rest what there is', () => {
  assert.deepEqual(
    countsOf(run as never).map(({ words, total }) => `${total} ${words}`),
    ['2 would be added', '0 cannot be taken', '1 fax numbers left out'],
  );
  assert.equal(countsOf({ ...run, dry_run: false } as never)[0]?.words, 'added');
  assert.equal(changes(run as never), 2);
});

test('sizes, kinds, and what is no file for here', () => {
  assert.deepEqual([bytes(140), bytes(51_200), bytes(1_073_741_824)], ['140 bytes', '51.2 kB', '1.1 GB']);
  assert.deepEqual(['a.csv', 'b.VCF', 'Patient.ndjson.gz', 'noname'].map(kindOf), ['contacts', 'vcard', 'fhir', 'contacts']);
  assert.match(faultOf({ name: 'a.xlsx', size: 1 }) ?? '', /save it as CSV/);
  assert.match(faultOf({ name: 'a.csv', size: 0 }) ?? '', /empty/);
  assert.equal(faultOf({ name: 'a.csv', size: 1 }), undefined);
});
