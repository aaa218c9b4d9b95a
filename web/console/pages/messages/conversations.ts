// Texts by whom they are with: the other side's number.
import type { Schemas } from '../../api/client.ts';

export type Message = Schemas['Message'];
export interface Conversation {
  number: string;
  name: string | undefined;
  last: Message;
  unanswered: boolean;
}

export const otherSide = (message: Message) => (message.direction === 'inbound' ? message.from : message.to);

// Of texts newest first. Unanswered: the last word was theirs.
export function conversationsOf(messages: Message[]): Conversation[] {
  const found = new Map<string, Conversation>();
  for (const message of messages) {
    const number = otherSide(message);
    const before = found.get(number);
    if (before === undefined)
      found.set(number, { number, name: message.people[0]?.name, last: message, unanswered: message.direction === 'inbound' });
    else before.name ??= message.people[0]?.name;
  }
  return [...found.values()];
}

export function inOrder(messages: Message[]): Message[] {
  const once = new Map(messages.map((message) => [message.id, message]));
  return [...once.values()].sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id));
}

type Decision = Schemas['Decision'];
export type Said = { at: string; key: string; message: Message } | { at: string; key: string; refused: Decision };

// A conversation as it went, from the top: texts, and between them those that were refused before they left. `whole`: from
// its beginning; else nothing is told of what lies before the first text that was read.
export function talkOf(messages: Message[], refused: Decision[], whole: boolean): Said[] {
  const decided = new Set(messages.map(({ decision_id }) => decision_id));
  const texts = inOrder(messages).map((message): Said => ({ at: message.created_at, key: message.id, message }));
  const from = whole ? '' : (texts[0]?.at ?? '');
  const others = refused
    .filter(({ id, at }) => id !== null && !decided.has(id) && at >= from)
    .map((decision): Said => ({ at: decision.at, key: decision.id!, refused: decision }));
  return [...texts, ...others].sort((a, b) => a.at.localeCompare(b.at) || a.key.localeCompare(b.key));
}

// Ticks as people know them: with the carrier, and in the phone.
export function ticksOf(status: Message['status']): 'check' | 'checks' | 'clock' | 'cross' | undefined {
  if (status === 'delivered') return 'checks';
  if (status === 'sent') return 'check';
  if (status === 'undelivered' || status === 'failed') return 'cross';
  return status === 'received' ? undefined : 'clock';
}
