// Filters of the contact book that the account keeps under a name: an account has few, so they are read whole.
import { api, ask, type Schemas } from './client.ts';
import { useFollowed } from './follow.ts';
import { useRead, type Read } from './query.ts';
import { useMay } from './session.ts';

export type SavedList = Schemas['SavedList'];

async function readAll(signal: AbortSignal): Promise<SavedList[]> {
  const all: SavedList[] = [];
  let token: string | undefined;
  do {
    const page = await ask(
      api.GET('/saved-lists', { params: { query: { page_size: 100, ...(token && { page_token: token }) } }, signal }),
    );
    all.push(...page.saved_lists);
    token = page.next_page_token ?? undefined;
  } while (token !== undefined);
  return all.sort((a, b) => a.name.localeCompare(b.name));
}

// By name.
export function useSavedLists(): Read<SavedList[]> {
  const may = useMay();
  const lists = useRead(may('contacts:read') ? 'saved-lists' : null, readAll);
  useFollowed(['saved_list.'], lists.refresh);
  return lists;
}
