import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SavedList } from '../../api/saved_lists.ts';
import { addressOf, isFiltered, keptOf, sameAs, wantedOf } from './wanted.ts';

const nothing = { q: null, person_type: null, phone_type: null, primary: null, verified: null, do_not_call: null };
const list = (fields: Partial<SavedList>): SavedList => ({
  id: 'sl_1',
  name: 'Some',
  of: 'phone_numbers',
  filter: nothing,
  sort: 'newest',
  created_at: '2026-12-01T17:00:00Z',
  updated_at: '2026-12-01T17:00:00Z',
  ...fields,
});
const queryOf = (address: string) => new URL(address, 'http://localhost').searchParams;

test('a list’s address shows that list', () => {
  for (const each of [
    list({}),
    list({ filter: { ...nothing, q: '585 2&', verified: false, do_not_call: true, phone_type: 'cell' }, sort: 'name' }),
    list({ filter: { ...nothing, person_type: 'doctor', primary: true }, sort: 'number' }),
    list({ of: 'patients', filter: { ...nothing, q: 'doe,j' } }),
  ]) {
    const wanted = wantedOf(queryOf(addressOf(each)));
    assert.ok(sameAs(each, wanted), addressOf(each));
    const { of, filter, sort } = each;
    assert.deepEqual(keptOf(wanted), { of, filter, sort });
  }
  assert.equal(sameAs(list({}), wantedOf(queryOf('/contacts?verified=no'))), false);
  assert.equal(sameAs(list({}), wantedOf(queryOf('/contacts?sort=name'))), false);
});

test('what an address says that means nothing is left out', () => {
  const wanted = wantedOf(queryOf('/contacts?view=x&sort=size&verified=maybe&phone_type=fax&person_type=nurse'));
  assert.deepEqual(wanted, { view: 'numbers', q: '', sort: 'newest' });
  assert.equal(isFiltered(wanted), false);
});

test('of people only the search is kept', () => {
  const wanted = wantedOf(queryOf('/contacts?view=doctors&q=roe&verified=no&sort=name'));
  assert.deepEqual(keptOf(wanted), { of: 'doctors', filter: { ...nothing, q: 'roe' }, sort: 'newest' });
});
