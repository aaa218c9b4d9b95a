// The thread that delivers: leases what is due, signs, posts, and stores what became of it, many at a time in one transaction.
// What it held when it died is due again when its lease ends.
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';

const TIMEOUT_MS = 15_000;
const LEASE_MS = 60_000;
const LEASED_AT_ONCE = 256;
const MAX_IN_FLIGHT = 512;
const STORE_EVERY_MS = 5;
const LOOK_EVERY_MS = 1000; // for what is due again; what is new is told
const ANSWER_KEPT = 1024;
const AGAIN_AFTER_S = [5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 86_400];

const db = new Database(workerData);
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'cache_size = -65536']) db.pragma(pragma);
const statements = {
  lease: db.prepare(`UPDATE deliveries SET due_at = @until WHERE rowid IN
    (SELECT rowid FROM deliveries WHERE state = 'pending' AND due_at <= @now ORDER BY due_at LIMIT ${LEASED_AT_ONCE})
    RETURNING webhook_id, message_id, attempts`),
  webhook: db.prepare('SELECT url, secret FROM webhooks WHERE id = ?'),
  message: db.prepare('SELECT body FROM messages WHERE id = ?'),
  attempt: db.prepare(`INSERT INTO attempts (webhook_id, message_id, attempt, at, status, latency_ms, answer)
    VALUES (@webhook_id, @message_id, @attempt, @at, @status, @latency_ms, @answer)`),
  outcome: db.prepare(`UPDATE deliveries SET state = @state, attempts = @attempt, due_at = @due_at
    WHERE webhook_id = @webhook_id AND message_id = @message_id`),
};
const agent = new Agent({ connections: 32, pipelining: 1 });

const known = new Map(); // webhook → its URL and what signs for it
function endpoint(id) {
  let found = known.get(id);
  if (found === undefined) {
    const { url, secret } = statements.webhook.get(id);
    found = { url, signer: new Webhook(secret) };
    known.set(id, found);
  }
  return found;
}

const done = [];
const store = db.transaction((outcomes) => {
  for (const outcome of outcomes) {
    statements.attempt.run(outcome);
    statements.outcome.run(outcome);
  }
});
let storing;
function keep(outcome) {
  done.push(outcome);
  storing ??= setTimeout(() => {
    storing = undefined;
    store.immediate(done.splice(0));
  }, STORE_EVERY_MS);
}

async function deliver({ webhook_id, message_id, attempts }, body) {
  const { url, signer } = endpoint(webhook_id);
  const at = Date.now();
  const id = message_id.slice(message_id.indexOf('evt_'));
  let status = null;
  let answer;
  try {
    const now = new Date(at);
    const response = await request(url, {
      method: 'POST', dispatcher: agent, body, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS,
      headers: {
        'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at / 1000)),
        'webhook-signature': signer.sign(id, now, body),
      },
    });
    status = response.statusCode;
    answer = (await response.body.text()).slice(0, ANSWER_KEPT);
  } catch (problem) {
    answer = String(problem).slice(0, ANSWER_KEPT);
  }
  const ended = Date.now();
  const delivered = status >= 200 && status < 300;
  const again = AGAIN_AFTER_S[attempts];
  keep({
    webhook_id, message_id, attempt: attempts + 1, at, status, latency_ms: ended - at, answer,
    state: delivered ? 'delivered' : again === undefined ? 'failed' : 'pending',
    due_at: ended + (again ?? 0) * 1000 * (0.8 + 0.4 * Math.random()),
  });
}

let inFlight = 0;
function pump() {
  while (inFlight < MAX_IN_FLIGHT) {
    const now = Date.now();
    const leased = statements.lease.all({ now, until: now + LEASE_MS });
    const bodies = new Map();
    for (const delivery of leased) {
      let body = bodies.get(delivery.message_id);
      if (body === undefined) bodies.set(delivery.message_id, body = statements.message.get(delivery.message_id).body);
      inFlight += 1;
      deliver(delivery, body).finally(() => {
        inFlight -= 1;
        if (inFlight === MAX_IN_FLIGHT - LEASED_AT_ONCE) setImmediate(pump);
      });
    }
    if (leased.length < LEASED_AT_ONCE) return;
  }
}

parentPort.on('message', pump);
setInterval(pump, LOOK_EVERY_MS);
