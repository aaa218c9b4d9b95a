// Whose an entry of the book is: lists of calls tell the entry, people look for the name.
import { api, ask } from './client.ts';
import { useRead } from './query.ts';
import { useMay } from './session.ts';

const restsMs = 120;
// Who passes by in a burst is asked about by nobody.
const rest = (signal: AbortSignal) =>
  new Promise<void>((done, stop) => {
    const timer = setTimeout(done, restsMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      stop(signal.reason as Error);
    });
  });

export function useOwner(phoneId: string | null | undefined): string | undefined {
  const may = useMay();
  const read = useRead(phoneId && may('contacts:read') ? `owner/${phoneId}` : null, async (signal) => {
    await rest(signal);
    const entry = await ask(api.GET('/api/v2/phone-numbers/{phone_id}', { params: { path: { phone_id: phoneId! } }, signal }));
    return entry.linked_to.name;
  });
  return read.data;
}
