// Calls and texts since midnight, counted in the browser: read once in pages, then kept in step by the stream.
import { api, ask, type Schemas } from '../../api/client.ts';
import type { Scope } from '../../api/session.ts';

export interface Contact {
  kind: 'call' | 'text';
  time: string;
  inbound: boolean;
  status: string;
}
export type Day = Map<string, Contact>;

const pagesAtMost = 20;
const pageSize = 100;

export function midnight(now: Date): string {
  const day = new Date(now);
  day.setHours(0, 0, 0, 0);
  return day.toISOString().replace(/\.[0-9]+Z$/, 'Z');
}

export const ofCall = (call: Schemas['Call']): Contact => ({
  kind: 'call',
  time: call.started_at,
  inbound: call.direction === 'inbound',
  status: call.status,
});
export const ofText = (message: Schemas['Message']): Contact => ({
  kind: 'text',
  time: message.created_at,
  inbound: message.direction === 'inbound',
  status: message.status,
});

export async function readToday(since: string, may: (scope: Scope) => boolean, signal: AbortSignal): Promise<Day> {
  const day: Day = new Map();
  const calls = async () => {
    let page_token: string | undefined;
    for (let page = 0; page < pagesAtMost && page_token !== ''; ++page) {
      const got = await ask(api.GET('/calls', { params: { query: { since, page_size: pageSize, page_token } }, signal }));
      for (const call of got.calls) day.set(call.id, ofCall(call));
      page_token = got.next_page_token ?? '';
    }
  };
  const texts = async () => {
    let page_token: string | undefined;
    for (let page = 0; page < pagesAtMost && page_token !== ''; ++page) {
      const got = await ask(api.GET('/messages', { params: { query: { since, page_size: pageSize, page_token } }, signal }));
      for (const message of got.messages) day.set(message.id, ofText(message));
      page_token = got.next_page_token ?? '';
    }
  };
  await Promise.all([may('lines:read') && calls(), may('reach:read') && texts()]);
  return day;
}

export interface Hour {
  calls: number;
  texts: number;
}

export function byHour(day: Day): Hour[] {
  const hours = Array.from({ length: 24 }, (): Hour => ({ calls: 0, texts: 0 }));
  for (const { kind, time } of day.values()) {
    const hour = hours[new Date(time).getHours()]!;
    if (kind === 'call') ++hour.calls;
    else ++hour.texts;
  }
  return hours;
}

export interface Rate {
  total: number;
  inbound: number;
  good: number;
  ended: number;
}

const goodOf = { call: ['completed'], text: ['delivered'] } as const;
const endedOf = { call: ['completed', 'busy', 'failed', 'no-answer'], text: ['delivered', 'undelivered', 'failed'] } as const;

// Of what we began and what has come to an end: how much came through.
export function rateOf(day: Day, kind: Contact['kind']): Rate {
  const rate = { total: 0, inbound: 0, good: 0, ended: 0 };
  for (const contact of day.values()) {
    if (contact.kind !== kind) continue;
    ++rate.total;
    if (contact.inbound) {
      ++rate.inbound;
      continue;
    }
    if ((endedOf[kind] as readonly string[]).includes(contact.status)) ++rate.ended;
    if ((goodOf[kind] as readonly string[]).includes(contact.status)) ++rate.good;
  }
  return rate;
}

export const percent = (part: number, whole: number) => (whole === 0 ? undefined : Math.round((part / whole) * 100));
