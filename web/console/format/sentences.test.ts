import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell } from './sentences.ts';

test('a flag is one word', () => {
  assert.deepEqual(
    tell({ entity: 'contact_number', entity_id: 'phn_1', action: 'updated', changes: { do_not_call: { was: false, is: true } } }),
    { what: 'Do not call set', made: false, changes: [] },
  );
});

test('one field is told with what it was', () => {
  assert.deepEqual(
    tell({
      entity: 'contact_number',
      entity_id: 'phn_1',
      action: 'updated',
      changes: { number: { was: '7165550188', is: '5852984455' } },
    }),
    { what: 'Number changed', made: false, changes: [{ label: '', was: '(716) 555-0188', is: '(585) 298-4455' }] },
  );
});

test('what was made is told without what is empty, and a secret without its value', () => {
  assert.deepEqual(
    tell({
      entity: 'line',
      entity_id: 'pn_1',
      action: 'created',
      changes: { name: { was: null, is: 'Front desk' }, status_detail: { was: null, is: null }, sip_password: { changed: true } },
    }),
    {
      what: 'Line added',
      made: true,
      changes: [
        { label: 'name', was: undefined, is: 'Front desk' },
        { label: 'sip password', is: 'changed' },
      ],
    },
  );
});

test('a window and a day are told as people tell them', () => {
  assert.deepEqual(
    tell({
      entity: 'patient',
      entity_id: 'pat_1',
      action: 'updated',
      changes: { contact_window: { was: null, is: 'mon,tue,wed 12:00-18:30' } },
    }).changes,
    [{ label: '', was: undefined, is: 'Mon–Wed 12:00–18:30' }],
  );
  assert.deepEqual(
    tell(
      {
        entity: 'patient',
        entity_id: 'pat_1',
        action: 'created',
        changes: {
          date_of_birth: { was: null, is: '1961-04-12' },
          active: { was: null, is: true },
          first_name: { was: null, is: 'John' },
        },
      },
      ['first_name'],
    ).changes,
    [{ label: 'born', was: undefined, is: '12 Apr 1961' }, { label: 'active' }],
  );
});

test('types and lengths are told as people tell them', () => {
  const changesOf = (entity: 'dial_list' | 'call', field: string, is: string | number) =>
    tell({ entity, entity_id: 'it', action: 'created', changes: { [field]: { was: null, is } } }).changes;
  assert.deepEqual(changesOf('dial_list', 'phone_types', 'cell home'), [
    { label: 'phone types', was: undefined, is: 'cell, home' },
  ]);
  assert.deepEqual(changesOf('call', 'duration_seconds', 185), [{ label: 'length', was: undefined, is: '3:05 min' }]);
});
