// What the list's answers do not have (verified, do-not-call; a person's numbers) is asked for row by row, for rows that stay in
// sight, a few at a time, the newest first: who scrolls through thousands asks for none of them.
import { useEffect, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { readPerson } from '../../api/people.ts';
import type { Row } from './rows.ts';

export type PhoneNumber = Schemas['PersonPhoneNumber'];

const restsMs = 120;
const atOnce = 4;
const keptAtMost = 2000;

const kept = new Map<string, PhoneNumber[]>();
const waiting: { key: string; row: Row; tell: Set<() => void> }[] = [];
let running = 0;

export const detailKey = (row: Row) => row.entry?.id ?? row.id;

async function load(row: Row): Promise<PhoneNumber[]> {
  if (row.entry)
    return [await ask(api.GET('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id: row.entry.id } } }))];
  return (await readPerson(row.type, row.id)).data.phone_numbers;
}

function work(): void {
  while (running < atOnce) {
    const next = waiting.pop();
    if (next === undefined) return;
    ++running;
    load(next.row)
      .then(
        (numbers) => {
          kept.set(next.key, numbers);
          if (kept.size > keptAtMost) kept.delete(kept.keys().next().value!);
          for (const tell of next.tell) tell();
        },
        () => {
          /* The row is shown without. */
        },
      )
      .finally(() => {
        --running;
        work();
      });
  }
}

export function forgetDetails(keys?: Iterable<string>): void {
  if (keys === undefined) kept.clear();
  else for (const key of keys) kept.delete(key);
}

export function useDetails(row: Row | undefined, turn: number): PhoneNumber[] | undefined {
  const [, redraw] = useState(0);
  const key = row && detailKey(row);
  useEffect(() => {
    if (row === undefined || key === undefined || kept.has(key)) return;
    const tell = () => redraw((each) => each + 1);
    const timer = setTimeout(() => {
      const same = waiting.find((each) => each.key === key);
      if (same) same.tell.add(tell);
      else waiting.push({ key, row, tell: new Set([tell]) });
      work();
    }, restsMs);
    return () => {
      clearTimeout(timer);
      const at = waiting.findIndex((each) => each.key === key);
      waiting[at]?.tell.delete(tell);
      if (waiting[at]?.tell.size === 0) waiting.splice(at, 1);
    };
  }, [key, turn]);
  return key === undefined ? undefined : kept.get(key);
}
