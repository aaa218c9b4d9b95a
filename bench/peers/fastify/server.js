// Contact numbers over HTTP as one would write them with Fastify and better-sqlite3: one process, prepared
// statements, schemas for validation and for the answers, a durable commit for each request.
//
//   node server.js DATABASE PORT
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import Fastify from 'fastify';
import { Listeners, eventOf } from './events.js';
import { Webhooks } from './webhooks.js';

const [databasePath, port] = process.argv.slice(2);
const db = new Database(databasePath);
for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'mmap_size = 2147418112',
  'cache_size = -65536']) db.pragma(pragma);

const statements = {
  key: db.prepare('SELECT id, account_id, scopes, rate_limit FROM api_keys WHERE token_hash = ?'),
  number: db.prepare(`SELECT c.*, p.first_name, p.last_name FROM contact_numbers c
    JOIN people p ON p.account_id = c.account_id AND p.person_type = c.person_type AND p.id = c.person_id
    WHERE c.account_id = ? AND c.id = ?`),
  person: db.prepare('SELECT first_name, last_name FROM people WHERE account_id = ? AND person_type = ? AND id = ?'),
  duplicate: db.prepare(`SELECT id FROM contact_numbers
    WHERE account_id = ? AND number = ? AND person_type = ? AND person_id = ?`),
  primary: db.prepare(`SELECT id FROM contact_numbers
    WHERE account_id = ? AND person_type = ? AND person_id = ? AND phone_type = ? AND is_primary = 1`),
  stepDown: db.prepare('UPDATE contact_numbers SET is_primary = 0, updated_at = ? WHERE account_id = ? AND id = ?'),
  insert: db.prepare(`INSERT INTO contact_numbers (account_id, id, person_type, person_id, number, phone_type,
    is_primary, verified, do_not_call, created_at, updated_at)
    VALUES (@account_id, @id, @person_type, @person_id, @number, @phone_type, @is_primary, @verified, @do_not_call,
    @created_at, @updated_at)`),
  sequence: db.prepare('SELECT sequence FROM ledger WHERE account_id = ? ORDER BY sequence DESC LIMIT 1'),
  ledger: db.prepare(`INSERT INTO ledger (account_id, sequence, at, actor, request_id, entity, entity_id, action,
    changes) VALUES (?, ?, ?, ?, ?, 'contact_number', ?, ?, ?)`),
};

// Tokens are kept as hashes; who was found once is remembered.
const keys = new Map();

function bearer(header) {
  if (!header?.startsWith('Bearer ')) return undefined;
  const token = header.slice(7);
  let key = keys.get(token);
  if (key === undefined) {
    const row = statements.key.get(createHash('sha256').update(token).digest('hex'));
    if (row === undefined) return undefined;
    key = { ...row, scopes: new Set(row.scopes.split(',')), minute: 0, used: 0 };
    keys.set(token, key);
  }
  return key;
}

function takeOne(key, reply) {
  const minute = Math.floor(Date.now() / 60000);
  if (key.minute !== minute) {
    key.minute = minute;
    key.used = 0;
  }
  key.used += 1;
  reply.header('X-RateLimit-Limit', key.rate_limit);
  reply.header('X-RateLimit-Remaining', Math.max(0, key.rate_limit - key.used));
  reply.header('X-RateLimit-Reset', (minute + 1) * 60);
  return key.used <= key.rate_limit;
}

const problem = (code, message) => ({ error: { code, message } });

function allowed(scope) {
  return (request, reply, next) => {
    const key = bearer(request.headers.authorization);
    if (key === undefined) return reply.code(401).send(problem('unauthorized', 'a valid bearer token is required'));
    if (!takeOne(key, reply)) return reply.code(429).send(problem('rate_limited', 'too many requests'));
    if (!key.scopes.has(scope)) return reply.code(403).send(problem('forbidden', `the key lacks ${scope}`));
    request.key = key;
    reply.header('X-Request-Id', request.id);
    next();
  };
}

const seconds = (at) => new Date(at).toISOString().slice(0, 19) + 'Z';

const shown = (row) => ({
  id: row.id,
  number: row.number,
  phone_type: row.phone_type,
  primary: row.is_primary === 1,
  verified: row.verified === 1,
  do_not_call: row.do_not_call === 1,
  linked_to: { type: row.person_type, id: row.person_id, name: `${row.first_name} ${row.last_name}` },
  created_at: seconds(row.created_at),
  updated_at: seconds(row.updated_at),
});

const text = { type: 'string' };
const flag = { type: 'boolean' };
const contactNumber = {
  type: 'object',
  properties: {
    id: text, number: text, phone_type: text, primary: flag, verified: flag, do_not_call: flag,
    linked_to: { type: 'object', properties: { type: text, id: text, name: text } },
    created_at: text, updated_at: text,
  },
};
const newContactNumber = {
  type: 'object',
  additionalProperties: false,
  required: ['number', 'phone_type'],
  properties: {
    number: { type: 'string', maxLength: 64 },
    phone_type: { enum: ['cell', 'home', 'other'] },
    patient_id: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
    doctor_id: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
    primary: flag, verified: flag, do_not_call: flag,
  },
  oneOf: [{ required: ['patient_id'] }, { required: ['doctor_id'] }],
};

function tenDigits(typed) {
  const digits = typed.replace(/[ ().\-/]/g, '').replace(/^\+?1(?=\d{10}$)/, '');
  return /^\d{10}$/.test(digits) ? digits : undefined;
}

// Sorted by time, as a primary key wants it.
const newId = (now) => `phn_${now.toString(16).padStart(12, '0')}${randomBytes(7).toString('hex')}`;

class Refused extends Error {
  constructor(status, body) {
    super(body.error.message);
    this.status = status;
    this.body = body;
  }
}

const object = (account, id) => {
  const row = statements.number.get(account, id);
  return row === undefined ? null : shown(row);
};
const listeners = new Listeners(db, object);
const webhooks = new Webhooks(db, databasePath);

// What a write adds to the ledger, and what is to be told of it once it is committed.
function enter(told, account, sequence, at, key, requestId, id, action, changes) {
  statements.ledger.run(account, sequence, at, key.id, requestId, id, action, changes);
  if (!listeners.has(account) && !webhooks.has(account)) return;
  const entry = { sequence, at, actor: key.id, request_id: requestId, entity: 'contact_number', entity_id: id, action, changes };
  const event = eventOf(account, entry, object(account, id));
  if (webhooks.has(account)) webhooks.enqueue(account, sequence, event);
  told.push({ entry, event });
}

function tell(account, told) {
  for (const { entry, event } of told) listeners.tell(account, entry, event);
  if (told.length > 0 && webhooks.has(account)) webhooks.hint();
}

const add = db.transaction((key, requestId, body, number) => {
  const account = key.account_id;
  const type = body.patient_id === undefined ? 'doctor' : 'patient';
  const personId = body.patient_id ?? body.doctor_id;
  const person = statements.person.get(account, type, personId);
  if (person === undefined) throw new Refused(422, problem('validation_error', `${type}_id names no ${type}`));
  if (statements.duplicate.get(account, number, type, personId) !== undefined)
    throw new Refused(409, problem('duplicate_number', 'this person already has this number'));

  const told = [];
  const now = Date.now();
  let sequence = (statements.sequence.get(account)?.sequence ?? 0) + 1;
  if (body.primary) {
    const old = statements.primary.get(account, type, personId, body.phone_type);
    if (old !== undefined) {
      statements.stepDown.run(now, account, old.id);
      enter(told, account, sequence++, now, key, requestId, old.id, 'updated', '{"primary":{"was":true,"is":false}}');
    }
  }
  const row = {
    account_id: account, id: newId(now), person_type: type, person_id: personId, number,
    phone_type: body.phone_type, is_primary: body.primary ? 1 : 0, verified: body.verified ? 1 : 0,
    do_not_call: body.do_not_call ? 1 : 0, created_at: now, updated_at: now,
  };
  statements.insert.run(row);
  const changes = {};
  for (const [name, value] of Object.entries({ [`${type}_id`]: personId, number, phone_type: body.phone_type,
    primary: Boolean(body.primary), verified: Boolean(body.verified), do_not_call: Boolean(body.do_not_call) }))
    changes[name] = { was: null, is: value };
  enter(told, account, sequence, now, key, requestId, row.id, 'created', JSON.stringify(changes));
  return { row: { ...row, ...person }, told };
});

const app = Fastify({
  genReqId: () => randomUUID(),
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
});

app.get('/api/v2/phone-numbers/:id',
  { onRequest: allowed('contacts:read'), schema: { response: { 200: contactNumber } } },
  (request, reply) => {
    const row = statements.number.get(request.key.account_id, request.params.id);
    if (row === undefined) return reply.code(404).send(problem('not_found', 'no such phone number'));
    reply.send(shown(row));
  });

app.post('/api/v2/phone-numbers',
  { onRequest: allowed('contacts:write'), schema: { body: newContactNumber, response: { 201: contactNumber } } },
  (request, reply) => {
    const number = tenDigits(request.body.number);
    if (number === undefined)
      return reply.code(422).send(problem('validation_error', 'number must be a 10-digit phone number'));
    try {
      const { row, told } = add.immediate(request.key, request.id, request.body, number);
      reply.code(201).header('Location', `/api/v2/phone-numbers/${row.id}`).send(shown(row));
      tell(request.key.account_id, told);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      reply.code(error.status).send(error.body);
    }
  });

app.get('/events',
  {
    onRequest: allowed('events:read'),
    schema: { querystring: { type: 'object', properties: { after: { type: 'string', pattern: '^\\d{1,15}$' } } } },
  },
  (request, reply) => {
    const after = request.headers['last-event-id'] ?? request.query.after;
    reply.hijack();
    listeners.open(request.key.account_id, after === undefined ? undefined : Number(after), reply.raw);
  });

app.post('/webhooks',
  {
    onRequest: allowed('admin'),
    schema: { body: { type: 'object', required: ['url'], properties: { url: { type: 'string', format: 'uri' } } } },
  },
  (request, reply) => reply.code(201).send(webhooks.add(request.key.account_id, request.body.url)));

await app.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 });
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
