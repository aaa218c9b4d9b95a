// Who listens to what happens, as one would write it in a single process: what it commits, it tells at once to the account's
// listeners, each event made into a frame once; who comes back is told from the ledger first.

const MAX_BEHIND = 1 << 20; // bytes that a reader may be behind
const HEARTBEAT_MS = 15_000;
const PAGE = 500; // entries of the ledger at a time

export const eventOf = (account, entry, object) => JSON.stringify({
  id: `evt_${String(entry.sequence).padStart(16, '0')}`,
  sequence: entry.sequence,
  type: `${entry.entity}.${entry.action}`,
  time: new Date(entry.at).toISOString().slice(0, 19) + 'Z',
  account: String(account),
  actor: entry.actor,
  request_id: entry.request_id,
  data: { id: entry.entity_id, changes: JSON.parse(entry.changes), object },
});

const frame = (entry, event) => `id: ${entry.sequence}\nevent: ${entry.entity}.${entry.action}\ndata: ${event}\n\n`;

export class Listeners {
  #byAccount = new Map(); // account → its open answers
  #backlog;
  #last;
  #object; // (account, id) → the thing as GET shows it, or null

  constructor(db, object) {
    this.#object = object;
    this.#backlog = db.prepare(`SELECT sequence, at, actor, request_id, entity, entity_id, action, changes FROM ledger
      WHERE account_id = ? AND sequence > ? ORDER BY sequence LIMIT ${PAGE}`);
    this.#last = db.prepare('SELECT max(sequence) AS sequence FROM ledger WHERE account_id = ?');
    setInterval(() => this.#heartbeat(), HEARTBEAT_MS).unref();
  }

  has(account) {
    return this.#byAccount.has(account);
  }

  tell(account, entry, event) {
    const listening = this.#byAccount.get(account);
    if (listening === undefined) return;
    const bytes = Buffer.from(frame(entry, event));
    for (const stream of listening) this.#write(stream, bytes);
  }

  // The backlog and what comes join without a gap: between the last page and being a listener this process commits nothing.
  async open(account, after, stream) {
    stream.writeHead(200, {
      'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no',
    });
    stream.write('retry: 2000\n\n');
    let last = after ?? this.#last.get(account).sequence ?? 0;
    for (;;) {
      const entries = this.#backlog.all(account, last);
      if (entries.length === 0) break;
      for (const entry of entries) {
        const event = eventOf(account, entry, this.#object(account, entry.entity_id));
        if (!stream.write(frame(entry, event))) await new Promise((drained) => stream.once('drain', drained).once('close', drained));
        if (stream.destroyed) return;
      }
      last = entries.at(-1).sequence;
    }
    const listening = this.#byAccount.get(account) ?? new Set();
    this.#byAccount.set(account, listening.add(stream));
    stream.once('close', () => {
      listening.delete(stream);
      if (listening.size === 0 && this.#byAccount.get(account) === listening) this.#byAccount.delete(account);
    });
  }

  #write(stream, bytes) {
    if (stream.writableLength > MAX_BEHIND) stream.end(': you read more slowly than events come\n\n');
    else stream.write(bytes);
  }

  #heartbeat() {
    for (const listening of this.#byAccount.values()) for (const stream of listening) this.#write(stream, ':\n\n');
  }
}
