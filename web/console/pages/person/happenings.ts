// Everything that happened with a person, from every book that this key may read, in one order.
import { api, ask, type Schemas } from '../../api/client.ts';
import { personHistory, type Person } from '../../api/people.ts';
import type { Scope } from '../../api/session.ts';
import { inOrder, type Happening } from './happening.ts';

const eachAtMost = 50;

export async function readHappenings(person: Person, may: (scope: Scope) => boolean, signal: AbortSignal): Promise<Happening[]> {
  const reads: Promise<Happening[]>[] = [
    personHistory(person.type, person.id, { page_size: eachAtMost }, signal).then((entries) => entries.map(asChange(undefined))),
  ];
  for (const { id, number } of person.phone_numbers) {
    reads.push(
      ask(
        api.GET('/api/v2/phone-numbers/{phone_id}/history', {
          params: { path: { phone_id: id }, query: { page_size: eachAtMost } },
          signal,
        }),
      ).then(({ entries }) => entries.map(asChange(number))),
    );
    for (const side of ['from', 'to'] as const) {
      const params = { params: { query: { [side]: number, page_size: eachAtMost } }, signal };
      if (may('lines:read'))
        reads.push(
          ask(api.GET('/calls', params)).then(({ calls }) =>
            calls.map((call): Happening => ({ kind: 'call', key: call.id, time: call.started_at, call, number })),
          ),
        );
      if (may('reach:read'))
        reads.push(
          ask(api.GET('/messages', params)).then(({ messages }) =>
            messages.map((message): Happening => ({ kind: 'text', key: message.id, time: message.created_at, message, number })),
          ),
        );
    }
  }
  if (may('reach:read')) {
    reads.push(
      ask(
        api.GET('/decisions', { params: { query: { person: person.id, allowed: false, page_size: eachAtMost } }, signal }),
      ).then(({ decisions }) =>
        decisions.map((decision): Happening => ({ kind: 'refusal', key: decision.id!, time: decision.at, decision })),
      ),
    );
  }
  return inOrder((await Promise.all(reads)).flat());
}

const asChange =
  (number: string | undefined) =>
  (entry: Schemas['LedgerEntry']): Happening => ({ kind: 'change', key: entry.id, time: entry.time, entry, number });
