// The ledger as one list of any length, newest first. Where all of it is asked for, entries are numbered without a gap: any place is
// read at once. With a filter nobody knows how many there are, and the list grows as one goes on.
import { useMemo, useRef, useState } from 'preact/hooks';
import { api, ask, type Schemas } from '../../api/client.ts';
import { useSoon } from '../../api/follow.ts';
import { useEvents, type Event } from '../../api/stream.ts';
import { useWindow, type PageAt, type Window } from '../../api/window.ts';

export type Entry = Schemas['LedgerEntry'];
export interface Filter {
  entity?: Schemas['Entity'];
  action?: Schemas['Action'];
  actor?: string;
  entity_id?: string;
  since?: string;
  until?: string;
}
interface Asked extends Filter {
  before?: number;
  page_size: number;
  page_token?: string;
}
export type Ask = (asked: Asked, signal: AbortSignal) => Promise<{ entries: Entry[]; next_page_token: string | null }>;

export const pageRows = 50;
// The server looks through a bounded part of the ledger for each; a filter that fits little needs many.
const asksAtMost = 500;

// Stands where the ledger ended when its first page was read: what comes later moves nothing.
export class LedgerWalk {
  // The sequence before which each page begins; of the first it is not known before it was read.
  private readonly starts: (number | undefined)[] = [undefined];
  private total: number | undefined;
  private readonly whole: boolean;

  constructor(
    private readonly filter: Filter,
    private readonly read: Ask,
  ) {
    this.whole = Object.values(filter).every((value) => value === undefined);
  }

  async page(at: number, signal: AbortSignal): Promise<PageAt<Entry>> {
    if (this.whole && at > 0 && this.total !== undefined) {
      const { entries } = await this.read({ before: this.total + 1 - at * pageRows, page_size: pageRows }, signal);
      return { rows: entries, total: this.total };
    }
    while (this.starts.length <= at) await this.walk(this.starts.length - 1, signal);
    return { rows: await this.walk(at, signal), total: this.total! };
  }

  private async walk(at: number, signal: AbortSignal): Promise<Entry[]> {
    const entries: Entry[] = [];
    let page_token: string | undefined;
    let ended = false;
    for (let asks = 0; asks < asksAtMost && !ended && entries.length < pageRows; ++asks) {
      const before = this.starts[at];
      const got = await this.read({ ...this.filter, before, page_size: pageRows - entries.length, page_token }, signal);
      entries.push(...got.entries);
      page_token = got.next_page_token ?? undefined;
      ended = page_token === undefined;
    }
    if (at === 0 && entries[0]) this.starts[0] = entries[0].sequence + 1;
    const end = at * pageRows + entries.length;
    if (this.whole) this.total ??= entries[0]?.sequence ?? 0;
    else if (ended || entries.length < pageRows) this.total = end;
    else {
      this.starts[at + 1] = entries.at(-1)!.sequence;
      this.total = Math.max(this.total ?? 0, end + pageRows);
    }
    return entries;
  }
}

const entityOf = (type: string) => {
  const word = type.slice(0, type.indexOf('.'));
  return word === 'policy' ? 'contact_policy' : word;
};

// Whether a list with this filter shows it.
export function fits(filter: Filter, { type, actor, data, time }: Event): boolean {
  const action = type.slice(type.indexOf('.') + 1);
  return (
    (filter.entity === undefined || filter.entity === entityOf(type)) &&
    (filter.action === undefined || filter.action === action) &&
    (filter.actor === undefined || filter.actor === actor) &&
    (filter.entity_id === undefined || filter.entity_id === data.id) &&
    (filter.since === undefined || Date.parse(time) >= Date.parse(filter.since)) &&
    (filter.until === undefined || Date.parse(time) < Date.parse(filter.until))
  );
}

const ofServer: Ask = (query, signal) => ask(api.GET('/audit', { signal, params: { query } }));

export interface Ledger {
  window: Window<Entry>;
  // Of what came while somebody reads further down; undefined: nobody counted.
  newer: number | undefined;
  showNewer: () => void;
  onTop: (is: boolean) => void;
}

// Who looks at the newest sees what comes; who reads further down is told that something came, and nothing moves.
export function useLedger(filter: Filter): Ledger {
  const [turn, setTurn] = useState(0);
  const [newer, setNewer] = useState<number | undefined>(0);
  const top = useRef(true);
  const key = `${JSON.stringify(filter)}/${turn}`;
  const walk = useMemo(() => new LedgerWalk(filter, ofServer), [key]);
  const window = useWindow(key, pageRows, (page, signal) => walk.page(page, signal));
  const showNewer = () => {
    setNewer(0);
    setTurn((each) => each + 1);
  };
  const follow = useSoon(() => {
    if (top.current) showNewer();
    else setNewer(undefined);
  });
  useEvents([''], (signal) => {
    const came = signal.kind === 'missed' ? undefined : signal.events.filter((event) => fits(filter, event)).length;
    if (came === 0) return;
    if (top.current) follow();
    else setNewer((before) => (before === undefined || came === undefined ? undefined : before + came));
  });
  return {
    window,
    newer,
    showNewer,
    onTop: (is) => {
      top.current = is;
      if (is && newer !== 0) showNewer();
    },
  };
}
