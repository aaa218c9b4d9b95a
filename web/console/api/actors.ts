// Who changed something, in words. Keys have names in the ledger alone, which not every key may read.
import { useEffect, useState } from 'preact/hooks';
import { api, ask } from './client.ts';
import { allows, useSession, type Session } from './session.ts';

const known: Record<string, string> = {
  operator: 'the operator',
  reconciler: 'the carrier check',
  dialer: 'the dialer',
  webhooks: 'webhook delivery',
  twilio: 'Twilio',
  carrier: 'the carrier',
  simulator: 'the simulator',
};
const names = new Map<string, Promise<string>>();

function lookUp(id: string): Promise<string> {
  let name = names.get(id);
  if (name === undefined) {
    name = ask(
      api.GET('/audit', { params: { query: { entity: 'api_key', entity_id: id, action: 'created', page_size: 1 } } }),
    ).then(
      ({ entries }) => {
        const change = entries[0]?.changes.name;
        return change && 'is' in change && typeof change.is === 'string' ? change.is : 'another key';
      },
      () => 'another key',
    );
    names.set(id, name);
  }
  return name;
}

export async function actorName(actor: string, session: Session): Promise<string> {
  if (actor === session.key.id) return 'you';
  if (actor.startsWith('fhir:')) return `FHIR source ${actor.slice(5)}`;
  if (!actor.startsWith('key_')) return known[actor] ?? actor;
  return allows(session, 'audit:read') ? lookUp(actor) : 'another key';
}

export function useActor(actor: string): string {
  const session = useSession();
  const [name, setName] = useState(actor === session.key.id ? 'you' : (known[actor] ?? '…'));
  useEffect(() => {
    let gone = false;
    void actorName(actor, session).then((found) => {
      if (!gone) setName(found);
    });
    return () => {
      gone = true;
    };
  }, [actor]);
  return name;
}
