// How a change came: by which key, in which request, by what program, and from where its bearer had signed in.
import { api, ask } from '../../api/client.ts';
import { useActor } from '../../api/actors.ts';
import { useRead } from '../../api/query.ts';
import { exact } from '../../format/times.ts';
import type { Entry } from './ledger.ts';

const aroundMs = 60_000;

const second = (time: number) => new Date(time).toISOString().replace(/\.[0-9]+Z$/, 'Z');

// Requests are kept for 30 days; changes outlive them.
async function requestOf({ actor, time, request_id }: Entry, signal: AbortSignal) {
  const at = Date.parse(time);
  const query = { key: actor, since: second(at - aroundMs), until: second(at + aroundMs), page_size: 100 };
  const { requests } = await ask(api.GET('/requests', { params: { query }, signal }));
  return requests.find(({ id }) => id === request_id) ?? null;
}

// Where the key's bearer had last signed in from before it: a program that uses the key itself signs in nowhere.
async function addressOf({ actor, time }: Entry, signal: AbortSignal): Promise<string | null> {
  const until = second(Date.parse(time) + 1000);
  const query = { entity: 'session' as const, action: 'created' as const, actor, until, page_size: 1 };
  const { entries } = await ask(api.GET('/audit', { params: { query }, signal }));
  const from = entries[0]?.changes.from;
  return from && 'is' in from && typeof from.is === 'string' ? from.is : null;
}

export function How({ entry }: { entry: Entry }) {
  const actor = useActor(entry.actor);
  const keyed = entry.actor.startsWith('key_');
  const request = useRead(keyed ? `request/${entry.request_id}` : null, (signal) => requestOf(entry, signal));
  const from = useRead(keyed ? `signed-in/${entry.id}` : null, (signal) => addressOf(entry, signal));
  return (
    <dl class="pairs">
      <dt>When</dt>
      <dd>{exact(entry.time)}</dd>
      <dt>Who</dt>
      <dd>
        {actor} {keyed && <code class="quiet">{entry.actor}</code>}
      </dd>
      {keyed && (
        <>
          <dt>From where</dt>
          <dd>
            {from.data ? `signed in from ${from.data}` : from.loading ? '…' : 'a program with the key: no sign-in is known'}
          </dd>
          <dt>By what</dt>
          <dd>
            {request.data
              ? `${request.data.method} ${request.data.route}, ${request.data.user_agent ?? 'by a program that gives no name'}`
              : request.loading
                ? '…'
                : entry.entity === 'session'
                  ? 'a sign-in or a sign-out'
                  : 'its request is not kept: requests are for 30 days'}
          </dd>
        </>
      )}
      <dt>Of</dt>
      <dd>
        <code class="quiet">{entry.entity_id}</code>
      </dd>
      <dt>Request</dt>
      <dd>
        <code class="quiet">{entry.request_id}</code>
      </dd>
      <dt>Number</dt>
      <dd class="figures">{entry.sequence}</dd>
    </dl>
  );
}
