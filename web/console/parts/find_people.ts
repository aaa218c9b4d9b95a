// Whom a name, or any digits of a number, may mean: a few, best first.
import { api, ask } from '../api/client.ts';
import { nameOf, type PersonType } from '../api/people.ts';
import { formatNumber, markDigits, markName, readQuery, type Piece } from '../format/numbers.ts';

export interface FoundPerson {
  key: string;
  type: PersonType;
  id: string;
  name: string;
  // Where one of their numbers was found, and not they themselves.
  number?: { id: string; number: string };
  pieces: Piece[];
  side: string;
}

export const foundAtMost = 6;
const digitsAtMost = 10;

export function mayFind(text: string): boolean {
  const query = readQuery(text);
  return query.kind === 'name' || (query.kind === 'digits' && query.digits.length <= digitsAtMost);
}

async function byDigits(text: string, digits: string, signal: AbortSignal): Promise<FoundPerson[]> {
  const page = await ask(api.GET('/api/v2/phone-numbers', { params: { query: { q: text, limit: foundAtMost } }, signal }));
  return page.data.map(({ id, number, linked_to }) => ({
    key: id,
    type: linked_to.type,
    id: linked_to.id,
    name: linked_to.name,
    number: { id, number },
    pieces: markDigits(formatNumber(number), digits),
    side: linked_to.name,
  }));
}

async function byName(text: string, signal: AbortSignal): Promise<FoundPerson[]> {
  const params = { params: { query: { q: text.trim(), limit: foundAtMost } }, signal };
  const [patients, doctors] = await Promise.all([
    ask(api.GET('/api/v2/patients', params)),
    ask(api.GET('/api/v2/doctors', params)),
  ]);
  const of =
    (type: PersonType) =>
    (one: { id: string; first_name: string; last_name: string }): FoundPerson => ({
      key: one.id,
      type,
      id: one.id,
      name: nameOf(one),
      pieces: markName(nameOf(one), text),
      side: type,
    });
  return [...patients.data.map(of('patient')), ...doctors.data.map(of('doctor'))].slice(0, foundAtMost);
}

export async function findPeople(text: string, signal: AbortSignal): Promise<FoundPerson[]> {
  const query = readQuery(text);
  if (!mayFind(text)) return [];
  return query.kind === 'digits' ? byDigits(query.text, query.digits, signal) : byName(text, signal);
}
