// Patients and doctors as the one thing that pages show: a person, of one of two types.
import { api, ask, tagged, type Answered, type Schemas } from './client.ts';

export type PersonType = 'patient' | 'doctor';
type Shared = keyof Schemas['Patient'] & keyof Schemas['Doctor'];
export type Person = { type: PersonType } & Pick<Schemas['Patient'], Shared> &
  Partial<Omit<Schemas['Patient'], Shared>> &
  Partial<Omit<Schemas['Doctor'], Shared>>;
export type PersonUpdate = Schemas['PatientUpdate'] & Schemas['DoctorUpdate'];
type Create = Pick<Schemas['PatientCreate'], 'first_name' | 'last_name' | 'phone_numbers'>;

export const nameOf = (one: { first_name: string; last_name: string }) => `${one.first_name} ${one.last_name}`;

function person(type: PersonType, answered: Answered<Schemas['Patient'] | Schemas['Doctor'] | string>): Answered<Person> {
  if (typeof answered.data === 'string') throw new TypeError('a vCard was not asked for');
  return { etag: answered.etag, data: { type, ...answered.data } };
}

export async function readPerson(type: PersonType, id: string, signal?: AbortSignal): Promise<Answered<Person>> {
  const params = { params: { path: { id } }, signal };
  return person(
    type,
    type === 'patient'
      ? await tagged(api.GET('/api/v2/patients/{id}', params))
      : await tagged(api.GET('/api/v2/doctors/{id}', params)),
  );
}

export async function editPerson(
  type: PersonType,
  id: string,
  body: PersonUpdate,
  etag: string | undefined,
): Promise<Answered<Person>> {
  const request = { params: { path: { id }, header: { 'If-Match': etag } }, body };
  return person(
    type,
    type === 'patient'
      ? await tagged(api.PATCH('/api/v2/patients/{id}', request))
      : await tagged(api.PATCH('/api/v2/doctors/{id}', request)),
  );
}

export async function createPerson(type: PersonType, body: Create): Promise<Person> {
  return person(
    type,
    type === 'patient'
      ? await tagged(api.POST('/api/v2/patients', { body }))
      : await tagged(api.POST('/api/v2/doctors', { body })),
  ).data;
}

export async function listPeople(
  type: PersonType,
  query: { limit: number; offset: number; q?: string },
  signal?: AbortSignal,
): Promise<{ total: number; people: { id: string; first_name: string; last_name: string }[] }> {
  const page =
    type === 'patient'
      ? await ask(api.GET('/api/v2/patients', { params: { query }, signal }))
      : await ask(api.GET('/api/v2/doctors', { params: { query }, signal }));
  return { total: page.pagination.total_items, people: page.data };
}

export async function personHistory(
  type: PersonType,
  id: string,
  query: { page_size: number },
  signal?: AbortSignal,
): Promise<Schemas['LedgerEntry'][]> {
  const params = { params: { path: { id }, query }, signal };
  return (
    type === 'patient'
      ? await ask(api.GET('/api/v2/patients/{id}/history', params))
      : await ask(api.GET('/api/v2/doctors/{id}/history', params))
  ).entries;
}
