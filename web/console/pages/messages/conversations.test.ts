import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conversationsOf, inOrder, talkOf, ticksOf, type Message } from './conversations.ts';

const text = (id: string, direction: string, created_at: string, name?: string) =>
  ({
    id,
    direction,
    from: direction === 'inbound' ? '+15852984455' : '+15855550100',
    to: direction === 'inbound' ? '+15855550100' : '+15852984455',
    created_at,
    people: name ? [{ name }] : [],
  }) as unknown as Message;

test('both sides of a talk are one conversation, unanswered where the last word was theirs', () => {
  const [one, ...others] = conversationsOf([text('msg_2', 'inbound', '2', 'John Doe'), text('msg_1', 'outbound', '1')]);
  assert.equal(others.length, 0);
  assert.deepEqual([one!.number, one!.name, one!.unanswered], ['+15852984455', 'John Doe', true]);
});

test('a conversation is read from the top', () => {
  assert.deepEqual(
    inOrder([text('msg_2', 'inbound', '2'), text('msg_1', 'outbound', '1'), text('msg_2', 'inbound', '2')]).map(({ id }) => id),
    ['msg_1', 'msg_2'],
  );
});

test('what was refused stands where it was tried, once, and not before the talk that is read', () => {
  const held = { ...text('msg_2', 'outbound', '2025-02-19T09:00:00Z'), decision_id: 'dec_held' };
  const refused = ['dec_early 2025-02-18T09:00:00Z', 'dec_held 2025-02-19T09:00:00Z', 'dec_no 2025-02-19T08:30:00Z'].map(
    (each) => {
      const [id, at] = each.split(' ');
      return { id, at };
    },
  );
  assert.deepEqual(
    talkOf([held as Message, text('msg_1', 'inbound', '2025-02-19T08:00:00Z')], refused as never, false).map(({ key }) => key),
    ['msg_1', 'dec_no', 'msg_2'],
  );
  assert.deepEqual((['accepted', 'sent', 'delivered', 'failed', 'received'] as const).map(ticksOf), [
    'clock',
    'check',
    'checks',
    'cross',
    undefined,
  ]);
});
