// What is done with many at once: a few requests at a time, each counted, one that fails stops none of the others.
import { api, ask, type Schemas } from '../../api/client.ts';
import { readPerson } from '../../api/people.ts';
import { csvTable } from '../../format/csv.ts';
import { patiently } from './all_found.ts';
import type { Row } from './rows.ts';

export { download } from '../../format/csv.ts';

const atOnce = 4;
export const chosenAtMost = 500;

export async function each<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<number> {
  let failed = 0;
  let done = 0;
  const waiting = [...all];
  const hand = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      await patiently(() => work(one)).catch(() => ++failed);
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, hand));
  return failed;
}

async function numbersOf(row: Row): Promise<{ id: string; do_not_call?: boolean }[]> {
  return row.entry ? [{ id: row.entry.id }] : (await readPerson(row.type, row.id)).data.phone_numbers;
}

// The ids of those that were not so before: what an undo takes back.
export async function setDoNotCall(
  rows: readonly Row[],
  onProgress: (done: number) => void,
): Promise<{ changed: string[]; failed: number }> {
  const changed: string[] = [];
  const failed = await each(
    rows,
    async (row) => {
      for (const { id } of await numbersOf(row)) {
        const params = { path: { phone_id: id } };
        const before = await ask(api.GET('/api/v2/phone-numbers/{phone_id}', { params }));
        if (before.do_not_call) continue;
        await ask(api.PATCH('/api/v2/phone-numbers/{phone_id}', { params, body: { do_not_call: true } }));
        changed.push(id);
      }
    },
    onProgress,
  );
  return { changed, failed };
}

export async function liftDoNotCall(ids: readonly string[]): Promise<number> {
  return each(
    ids,
    (phone_id) =>
      ask(api.PATCH('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id } }, body: { do_not_call: false } })),
    () => {},
  );
}

export async function makeDialList(
  rows: readonly Row[],
  name: string,
  purpose: Schemas['DialListCreate']['purpose'],
): Promise<string> {
  const people = [...new Map(rows.map(({ type, id }) => [`${type}/${id}`, { type, id }])).values()];
  return (await ask(api.POST('/dial-lists', { body: { name, purpose, people } }))).id;
}

export function csvOf(rows: readonly Row[]): string {
  return csvTable(
    ['number', 'phone_type', 'primary', 'name', 'person', 'id'],
    rows.map(({ type, id, name, entry }) => [
      entry?.number ?? '',
      entry?.phone_type ?? '',
      entry ? String(entry.primary) : '',
      name,
      type,
      id,
    ]),
  );
}
