import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../api/stream.ts';
import { addLines, lineOf } from './feed.ts';

const call = (sequence: number, status: string) =>
  ({
    id: `evt_${sequence}`,
    sequence,
    type: 'call.updated',
    time: '2026-11-27T10:00:00Z',
    account: 'demo',
    actor: 'dialer',
    request_id: 'r',
    data: {
      id: 'call_1',
      changes: {},
      object: { id: 'call_1', direction: 'outbound', from: '+15855550100', to: '+15852984455', status },
    },
  }) as unknown as Event;

test('a call is one line, which tells how it stands', () => {
  const lines = addLines(addLines([], [call(1, 'queued')]), [call(2, 'ringing'), call(3, 'completed')]);
  assert.equal(lines.length, 1);
  assert.equal(lines[0]!.sequence, 3);
  assert.deepEqual(lines[0]!.tag, ['answered', 'ok']);
  assert.equal(lines[0]!.who, '(585) 298-4455');
});

test('what is not there any more is told without its name', () => {
  const line = lineOf({
    id: 'evt_9',
    sequence: 9,
    type: 'contact_number.deleted',
    time: '2026-11-27T10:00:00Z',
    account: 'demo',
    actor: 'operator',
    request_id: 'r',
    data: { id: 'phn_1', changes: {}, object: null },
  });
  assert.equal(line.what, 'Number deleted');
  assert.equal(line.who, undefined);
});
