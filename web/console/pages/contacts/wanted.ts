// What the page lists is in its address: whom, by which filters, in which order, and out of which saved list that came.
import type { Schemas } from '../../api/client.ts';
import type { SavedList } from '../../api/saved_lists.ts';
import { readQuery } from '../../format/numbers.ts';

export type View = 'numbers' | 'patients' | 'doctors';
export type Sort = Schemas['ContactNumberSort'];
type Filter = Required<Schemas['SavedListFilter']>;

export interface Wanted {
  view: View;
  q: string;
  person_type?: string;
  phone_type?: string;
  primary?: string;
  verified?: string;
  do_not_call?: string;
  sort: Sort;
}

const flags = ['primary', 'verified', 'do_not_call'] as const;
const choices = ['person_type', 'phone_type', ...flags] as const;
export type FilterName = (typeof choices)[number];
const among: Record<FilterName, readonly string[]> = {
  person_type: ['patient', 'doctor'],
  phone_type: ['cell', 'home', 'other'],
  primary: ['yes', 'no'],
  verified: ['yes', 'no'],
  do_not_call: ['yes', 'no'],
};

// What an address says that means nothing is left out: it may have been typed.
export function wantedOf(query: URLSearchParams): Wanted {
  const view = query.get('view');
  const sort = query.get('sort');
  const wanted: Wanted = {
    view: view === 'patients' || view === 'doctors' ? view : 'numbers',
    q: query.get('q') ?? '',
    sort: sort === 'number' || sort === 'name' ? sort : 'newest',
  };
  for (const name of choices) {
    const value = query.get(name);
    if (value !== null && among[name].includes(value)) wanted[name] = value;
  }
  return wanted;
}

export function showsPeople(wanted: Wanted): boolean {
  return wanted.view !== 'numbers' || readQuery(wanted.q).kind === 'name';
}

export const isFiltered = (wanted: Wanted): boolean => choices.some((name) => wanted[name] !== undefined);
export const noFilters: Record<string, undefined> = Object.fromEntries(choices.map((name) => [name, undefined]));

export const flag = (value: string | undefined): boolean | undefined => (value === undefined ? undefined : value === 'yes');
const yesOrNo = (value: boolean | null): string | undefined => (value === null ? undefined : value ? 'yes' : 'no');

// As a saved list keeps it. Of people only the search counts, whatever else the address says.
export function keptOf(wanted: Wanted): { of: SavedList['of']; filter: Filter; sort: Sort } {
  const ofNumbers = wanted.view === 'numbers';
  const of = (value: string | undefined) => (ofNumbers ? (flag(value) ?? null) : null);
  return {
    of: ofNumbers ? 'phone_numbers' : (wanted.view as SavedList['of']),
    filter: {
      q: wanted.q.trim() || null,
      person_type: ofNumbers ? ((wanted.person_type as Filter['person_type']) ?? null) : null,
      phone_type: ofNumbers ? ((wanted.phone_type as Filter['phone_type']) ?? null) : null,
      primary: of(wanted.primary),
      verified: of(wanted.verified),
      do_not_call: of(wanted.do_not_call),
    },
    sort: ofNumbers ? wanted.sort : 'newest',
  };
}

export function sameAs(list: SavedList, wanted: Wanted): boolean {
  const kept = keptOf(wanted);
  const names = Object.keys(kept.filter) as (keyof Filter)[];
  return (
    list.of === kept.of && list.sort === kept.sort && names.every((name) => (list.filter[name] ?? null) === kept.filter[name])
  );
}

export function addressOf(list: SavedList): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null | undefined) => value && query.set(name, value);
  query.set('list', list.id);
  if (list.of !== 'phone_numbers') query.set('view', list.of);
  put('q', list.filter.q);
  put('person_type', list.filter.person_type);
  put('phone_type', list.filter.phone_type);
  for (const name of flags) put(name, yesOrNo(list.filter[name] ?? null));
  if (list.sort !== 'newest') query.set('sort', list.sort);
  return `/contacts?${query}`;
}
