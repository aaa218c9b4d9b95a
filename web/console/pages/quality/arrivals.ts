// How texts of ours fared, day by day: counted in the browser from the newest of them.
import { api, ask, type Schemas } from '../../api/client.ts';

export const days = 14;
const pagesAtMost = 10;
const pageSize = 100;

export interface Day {
  // At its beginning, the viewer's time.
  date: Date;
  delivered: number;
  failed: number;
  underway: number;
}
export interface Arrivals {
  days: Day[];
  // Where not all could be counted: since when they are.
  since: string | undefined;
}

export function firstDay(now: Date): Date {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() - (days - 1));
  return day;
}

type Text = Pick<Schemas['Message'], 'direction' | 'status' | 'created_at'>;

export function byDay(texts: Text[], now: Date): Day[] {
  const first = firstDay(now);
  const all = Array.from({ length: days }, (_, at): Day => {
    const date = new Date(first);
    date.setDate(date.getDate() + at);
    return { date, delivered: 0, failed: 0, underway: 0 };
  });
  for (const { direction, status, created_at } of texts) {
    if (direction === 'inbound') continue;
    const at = Date.parse(created_at);
    const day = all.findLast(({ date }) => date.getTime() <= at);
    if (day === undefined) continue;
    if (status === 'delivered') ++day.delivered;
    else if (status === 'failed' || status === 'undelivered') ++day.failed;
    else ++day.underway;
  }
  return all;
}

export async function readArrivals(now: Date, signal: AbortSignal): Promise<Arrivals> {
  const since = firstDay(now)
    .toISOString()
    .replace(/\.[0-9]+Z$/, 'Z');
  const texts: Schemas['Message'][] = [];
  let page_token: string | undefined;
  let ended = false;
  for (let page = 0; page < pagesAtMost && !ended; ++page) {
    const got = await ask(api.GET('/messages', { params: { query: { since, page_size: pageSize, page_token } }, signal }));
    texts.push(...got.messages);
    page_token = got.next_page_token ?? undefined;
    ended = page_token === undefined;
  }
  return { days: byDay(texts, now), since: ended ? undefined : texts.at(-1)?.created_at };
}
