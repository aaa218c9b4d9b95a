import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableOf } from './export.ts';

test('a decision is a row that proves itself', () => {
  const decision = {
    id: 'dec_1',
    at: '2025-02-19T08:50:00Z',
    local_times: ['2025-02-19T03:50:00-05:00'],
    allowed: false,
    channel: 'call',
    purpose: 'marketing',
    voice: 'artificial',
    number: '5852984455',
    people: [{ type: 'patient', id: 'pat_1', name: 'Doe, "Jo"' }],
    reasons: [{ code: 'no_consent' }, { code: 'outside_hours' }],
    policy_version: 3,
    line_id: null,
  };
  const [, row] = tableOf([decision as never]).split('\r\n');
  assert.equal(
    row,
    'dec_1,2025-02-19T08:50:00Z,2025-02-19T03:50:00-05:00,no,call,marketing,artificial,5852984455,"Doe, ""Jo"" (pat_1)",no_consent outside_hours,3,',
  );
});
