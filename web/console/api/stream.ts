// One event stream for the whole page, and nothing that happens is missed: cut, it comes back by itself and asks for what it missed,
// and so does a page that slept. A page that nobody sees lets go of its connection, of which a browser has six.
import { useEffect, useRef, useState } from 'preact/hooks';
import { eventTypes } from './event_types.ts';
import { missedSince, type Event } from './place.ts';

export type { Event } from './place.ts';
export type Signal = { kind: 'events'; events: Event[] } | { kind: 'missed' };
type Listener = (signal: Signal) => void;
// `cut`: it should be live and is not.
export type Connection = 'off' | 'live' | 'cut';

const batchMs = 200;
const batchAtMost = 1000;
const unseenMs = 60_000;
const firstRetryMs = 1_000;
const longestRetryMs = 5_000;
const tickMs = 5_000;
const asleepMs = 30_000;
// A connection that is gone without a word is found out by asking, which costs two requests.
const quietMs = 60_000;

const listeners = new Set<Listener>();
const watchers = new Set<() => void>();
const returns = new Set<() => void>();
let allowed = false;
let state: Connection = 'off';
let source: EventSource | undefined;
let place: number | undefined;
let turn = 0;
let failures = 0;
let heardAt = 0;
let tickedAt = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let unseen: ReturnType<typeof setTimeout> | undefined;

let waiting: Event[] = [];
let overflowed = false;
let flush: ReturnType<typeof setTimeout> | undefined;
let onCut: () => void = () => {};

// A stream ends with its session, and for lesser reasons.
export function whenCut(then: () => void): void {
  onCut = then;
}

function tell(signal: Signal): void {
  for (const listener of [...listeners]) listener(signal);
}
function become(next: Connection): void {
  if (state === next) return;
  state = next;
  for (const watcher of [...watchers]) watcher();
}

// In batches, so that a thousand a second redraw a few times a second.
function take(event: Event): void {
  if (place !== undefined && event.sequence <= place) return;
  place = event.sequence;
  if (waiting.length < batchAtMost) waiting.push(event);
  else overflowed = true;
  flush ??= setTimeout(() => {
    flush = undefined;
    const events = waiting;
    waiting = [];
    // More than can be gone through one by one: whoever follows reads again.
    if (overflowed) {
      overflowed = false;
      tell({ kind: 'missed' });
    } else tell({ kind: 'events', events });
  }, batchMs);
}

async function connect(): Promise<void> {
  const mine = ++turn;
  clearTimeout(retry);
  drop();
  try {
    // Before the first place was told, what was read meanwhile may be older than it.
    const early = place === undefined && failures > 0;
    const missed = await missedSince(place);
    if (mine !== turn) return;
    for (const event of missed.events) take(event);
    place = missed.place;
    if (missed.anew || early) tell({ kind: 'missed' });
    listen(mine);
  } catch {
    if (mine === turn) comeBack();
  }
}

function listen(mine: number): void {
  const opening = new EventSource(`/events?after=${place}`);
  source = opening;
  opening.onopen = () => {
    if (mine !== turn) return;
    heardAt = Date.now();
    become('live');
    if (failures > 0) for (const back of [...returns]) back();
    failures = 0;
  };
  opening.onerror = () => {
    if (mine !== turn) return;
    comeBack();
    onCut();
  };
  for (const type of eventTypes) {
    opening.addEventListener(type, (message) => {
      if (mine !== turn) return;
      heardAt = Date.now();
      take(JSON.parse((message as MessageEvent<string>).data) as Event);
    });
  }
}

// Not all consoles at once: a server that was started again has other things to do.
function comeBack(): void {
  drop();
  become('cut');
  const longest = Math.min(firstRetryMs * 2 ** failures++, longestRetryMs);
  clearTimeout(retry);
  retry = setTimeout(() => void connect(), longest * (0.5 + Math.random() / 2));
}

function drop(): void {
  source?.close();
  source = undefined;
}

function close(): void {
  ++turn;
  clearTimeout(retry);
  drop();
  become('off');
}

function onVisibility(): void {
  clearTimeout(unseen);
  if (!allowed) return;
  if (document.hidden) unseen = setTimeout(close, unseenMs);
  else if (state !== 'live' || slept()) void connect();
}

const slept = () => Date.now() - tickedAt > tickMs + asleepMs;
// Also a page that is seen sleeps, with the machine it is on; nobody tells it that its connection is gone.
function tick(): void {
  const missed = slept();
  tickedAt = Date.now();
  if (allowed && !document.hidden && state === 'live' && (missed || Date.now() - heardAt > quietMs)) void connect();
}

const woke = () => {
  if (allowed && !document.hidden) void connect();
};
let watches = false;
function watchSleep(): void {
  if (watches) return;
  watches = true;
  document.addEventListener('visibilitychange', onVisibility);
  document.addEventListener('resume', woke);
  addEventListener('online', woke);
  addEventListener('pageshow', (event) => {
    if (event.persisted) woke();
  });
  setInterval(tick, tickMs);
}

let standing: Promise<void> = Promise.resolve();

export function beginStream(may: boolean): void {
  allowed = may;
  place = undefined;
  failures = 0;
  tickedAt = Date.now();
  watchSleep();
  if (may) standing = connect();
}

// From here on nothing is missed: what is read after it is kept in step.
export const streamBegun = () => standing;

export function endStream(): void {
  allowed = false;
  place = undefined;
  close();
}

// `follow` hears of events whose type begins as one of `types`, and of gaps.
export function useEvents(types: readonly string[], follow: Listener): void {
  const latest = useRef(follow);
  latest.current = follow;
  useEffect(() => {
    const listener: Listener = (signal) => {
      if (signal.kind === 'missed') {
        latest.current(signal);
        return;
      }
      const events = signal.events.filter((event) => types.some((type) => event.type.startsWith(type)));
      if (events.length > 0) latest.current({ kind: 'events', events });
    };
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, [types.join()]);
}

// What failed while the server was away is tried again.
export function useReturn(when: boolean, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!when) return;
    const back = () => latest.current();
    returns.add(back);
    return () => {
      returns.delete(back);
    };
  }, [when]);
}

export function useConnection(): Connection {
  const [seen, setSeen] = useState(state);
  useEffect(() => {
    const watcher = () => setSeen(state);
    watcher();
    watchers.add(watcher);
    return () => {
      watchers.delete(watcher);
    };
  }, []);
  return seen;
}

export const useLive = () => useConnection() === 'live';
