// Webhooks as a service of their own would deliver them, in a thread beside the API: a write puts an event's text and a row for
// each endpoint into the database, in its own transaction; the thread leases what is due, posts it, and keeps every attempt.
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';

export class Webhooks {
  #byAccount = new Map(); // account → ids of its webhooks
  #statements;
  #worker; // once there is a webhook
  #databasePath;

  constructor(db, databasePath) {
    this.#databasePath = databasePath;
    this.#statements = {
      webhook: db.prepare('INSERT INTO webhooks (id, account_id, url, secret) VALUES (?, ?, ?, ?)'),
      message: db.prepare('INSERT INTO messages (id, body) VALUES (?, ?)'),
      delivery: db.prepare(`INSERT INTO deliveries (webhook_id, message_id, state, attempts, due_at)
        VALUES (?, ?, 'pending', 0, ?)`),
    };
    for (const { id, account_id } of db.prepare('SELECT id, account_id FROM webhooks').all()) this.#know(account_id, id);
  }

  has(account) {
    return this.#byAccount.has(account);
  }

  add(account, url) {
    const id = `whk_${randomBytes(13).toString('hex')}`;
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    this.#statements.webhook.run(id, account, url, secret);
    this.#know(account, id);
    return { id, url, types: ['*'], secret };
  }

  // In the transaction of the write.
  enqueue(account, sequence, event) {
    const id = `${account}_evt_${String(sequence).padStart(16, '0')}`;
    this.#statements.message.run(id, event);
    const now = Date.now();
    for (const webhook of this.#byAccount.get(account)) this.#statements.delivery.run(webhook, id, now);
  }

  // After its commit.
  hint() {
    this.#worker.postMessage('news');
  }

  #know(account, webhook) {
    this.#byAccount.set(account, [...(this.#byAccount.get(account) ?? []), webhook]);
    this.#worker ??= new Worker(new URL('./deliver.js', import.meta.url), { workerData: this.#databasePath });
  }
}
