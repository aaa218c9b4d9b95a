// What the list shows: entries of the book, or people. Pages are read as they come into sight; a total is exact.
import { api, ask, type Schemas } from '../../api/client.ts';
import { listPeople, nameOf, type PersonType } from '../../api/people.ts';
import { useWindow, type PageAt, type Window } from '../../api/window.ts';
import { readQuery, type Query } from '../../format/numbers.ts';
import { flag, type Wanted } from './wanted.ts';

export type Entry = Schemas['ContactNumberListItem'];
export interface Row {
  type: PersonType;
  id: string;
  name: string;
  entry?: Entry;
}
type Page = PageAt<Row>;

interface Span {
  limit: number;
  offset: number;
}

export const pageRows = 50;

async function numbers(wanted: Wanted, query: Query, span: Span, signal?: AbortSignal): Promise<Page> {
  if (query.kind === 'digits' && query.digits.length > 10) return { rows: [], total: 0 };
  const page = await ask(
    api.GET('/api/v2/phone-numbers', {
      signal,
      params: {
        query: {
          ...span,
          q: query.kind === 'digits' ? query.text : undefined,
          person_type: wanted.person_type as PersonType | undefined,
          phone_type: wanted.phone_type as Schemas['PhoneType'] | undefined,
          primary: flag(wanted.primary),
          verified: flag(wanted.verified),
          do_not_call: flag(wanted.do_not_call),
          sort: wanted.sort === 'newest' ? undefined : wanted.sort,
        },
      },
    }),
  );
  return {
    total: page.pagination.total_items,
    rows: page.data.map((entry) => ({ type: entry.linked_to.type, id: entry.linked_to.id, name: entry.linked_to.name, entry })),
  };
}

async function people(type: PersonType, q: string, span: Span, signal?: AbortSignal): Promise<Page> {
  const page = await listPeople(type, { ...span, q: q.trim() || undefined }, signal);
  return { total: page.total, rows: page.people.map((one) => ({ type, id: one.id, name: nameOf(one) })) };
}

// Patients first, doctors behind them, as one list.
async function everybody(q: string, { limit, offset }: Span, signal?: AbortSignal): Promise<Page> {
  const patients = await people('patient', q, { limit, offset }, signal);
  const behind = Math.max(0, offset - patients.total);
  const room = limit - patients.rows.length;
  const doctors = await people('doctor', q, { limit: Math.max(room, 1), offset: behind }, signal);
  return { total: patients.total + doctors.total, rows: [...patients.rows, ...doctors.rows.slice(0, room)] };
}

export function readRows(wanted: Wanted, span: Span, signal?: AbortSignal): Promise<Page> {
  const query = readQuery(wanted.q);
  if (wanted.view === 'patients') return people('patient', wanted.q, span, signal);
  if (wanted.view === 'doctors') return people('doctor', wanted.q, span, signal);
  return query.kind === 'name' ? everybody(query.text, span, signal) : numbers(wanted, query, span, signal);
}

export type Rows = Window<Row>;

export function useRows(wanted: Wanted): Rows {
  return useWindow(JSON.stringify(wanted), pageRows, (page, signal) =>
    readRows(wanted, { limit: pageRows, offset: page * pageRows }, signal),
  );
}
