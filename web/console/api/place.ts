// Where in the ledger the console stands: what happened behind it is asked for when the stream was cut, or the page slept.
import { api, ask, ApiError, type Schemas } from './client.ts';

export type Event = Schemas['Event'];
// Behind by more than a page, replaying shows nobody anything.
const pageSize = 1000;
const patienceMs = 10_000;

const read = async (query: { after?: number; limit: number }) => {
  const page = await ask(
    api.GET('/events', {
      params: { query },
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
    }),
  );
  if (typeof page === 'string') throw new TypeError('a stream was not asked for');
  return page;
};

const end = async () => (await read({ limit: 1 })).next_after;

// What was missed since `after`, or that it is too much or not kept any more: then all that is shown is to be read anew. The place
// is taken before anybody is told, so that what is read then holds everything up to it.
export async function missedSince(after: number | undefined): Promise<{ place: number; events: Event[]; anew: boolean }> {
  if (after === undefined) return { place: await end(), events: [], anew: false };
  try {
    const page = await read({ after, limit: pageSize });
    if (page.events.length < pageSize) return { place: page.next_after, events: page.events, anew: false };
  } catch (error) {
    // An installation that was restored from a backup knows of no such place.
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 410)) throw error;
  }
  return { place: await end(), events: [], anew: true };
}
