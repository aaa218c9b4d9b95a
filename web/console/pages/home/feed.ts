// Events as lines of a feed. A call and a text have one line, which tells how they stand; everything else has a line each time.
import type { Schemas } from '../../api/client.ts';
import type { Event } from '../../api/stream.ts';
import { callWords, textWords } from '../../design/words.ts';
import type { IconName } from '../../design/icons.tsx';
import { formatNumber } from '../../format/numbers.ts';
import { tell, type Told } from '../../format/sentences.ts';

type Words = (typeof callWords)[keyof typeof callWords];
export interface Line {
  key: string;
  sequence: number;
  time: string;
  icon: IconName;
  actor: string;
  who?: string;
  what: string;
  tag?: Words;
  told?: Told;
  href?: string;
  // Whose name stands there instead of `who`, once it is known.
  phone?: string;
}

export const linesAtMost = 60;

const icons: Partial<Record<string, IconName>> = {
  call: 'call',
  message: 'text',
  line: 'line',
  ai_agent: 'agent',
  dial_list: 'list',
  saved_list: 'list',
  consent: 'shield',
  suppression: 'shield',
  policy: 'shield',
  webhook: 'operate',
  fhir_source: 'operate',
  api_key: 'lock',
  account: 'lock',
  import: 'import',
};

export const personHref = (type: string, id: string, number?: string) =>
  `/console/contacts/${type}s/${encodeURIComponent(id)}${number ? `?number=${number}` : ''}`;

function otherSide(object: { direction: string; from: string; to: string }): string {
  return formatNumber(object.direction === 'inbound' ? object.from : object.to);
}

// Of something new: its name stands before it, and how it was set is on its own page.
const besides = [
  'patient_id',
  'doctor_id',
  'first_name',
  'last_name',
  'active',
  'number',
  'phone_number',
  'name',
  'agent_name',
  'provider',
  'status',
  'max_attempts',
  'retry_busy',
  'retry_no_answer',
  'retry_voicemail',
];

export function lineOf(event: Event): Line {
  const [entity = '', action = ''] = event.type.split('.');
  const base = {
    key: event.id,
    sequence: event.sequence,
    time: event.time,
    actor: event.actor,
    icon: icons[entity] ?? ('people' as IconName),
  };
  const object = event.data.object;
  if (entity === 'call' && object) {
    const call = object as Schemas['Call'];
    return {
      ...base,
      key: call.id,
      who: otherSide(call),
      what: call.direction === 'inbound' ? 'called us' : 'was called',
      tag: callWords[call.status],
      phone: call.phone_id ?? undefined,
      href: `/console/calls/${call.id}`,
    };
  }
  if (entity === 'message' && object) {
    const message = object as Omit<Schemas['Message'], 'text'>;
    const person = message.people[0];
    return {
      ...base,
      key: message.id,
      who: person?.name ?? otherSide(message),
      what: message.direction === 'inbound' ? 'wrote to us' : 'was sent a text',
      tag: message.direction === 'inbound' ? undefined : textWords[message.status],
      href: person ? personHref(person.type, person.id, person.phone_id) : undefined,
    };
  }
  const told = tell(
    {
      entity: (entity === 'policy' ? 'contact_policy' : entity) as Schemas['Entity'],
      action: action as Schemas['Action'],
      changes: event.data.changes,
      entity_id: event.data.id,
    },
    action === 'created' ? besides : [],
  );
  return { ...base, ...subject(entity, object), what: told.what, told };
}

function subject(entity: string, object: Event['data']['object']): Pick<Line, 'who' | 'href'> {
  if (object === null) return {};
  if (entity === 'contact_number') {
    const { linked_to, id, number } = object as Schemas['ContactNumber'];
    return { who: `${linked_to.name} ${formatNumber(number)}`, href: personHref(linked_to.type, linked_to.id, id) };
  }
  if (entity === 'patient' || entity === 'doctor') {
    const { first_name, last_name, id } = object as Schemas['Patient'];
    return { who: `${first_name} ${last_name}`, href: personHref(entity, id) };
  }
  if (entity === 'line') {
    const line = object as Schemas['PhoneNumber'];
    return { who: line.name ?? formatNumber(line.phone_number ?? ''), href: `/console/lines/${line.id}` };
  }
  if (entity === 'dial_list')
    return {
      who: (object as Schemas['DialListItem']).name,
      href: `/console/dial-lists/${(object as Schemas['DialListItem']).id}`,
    };
  if (entity === 'suppression') return { who: formatNumber((object as Schemas['Suppression']).number) };
  if (entity === 'ai_agent') return { who: (object as Schemas['AiAgent']).agent_name };
  return {};
}

// The newest lines, those of the same thing in one.
export function addLines(before: Line[], events: Event[]): Line[] {
  const lines = new Map(before.map((line) => [line.key, line]));
  for (const event of events) {
    const line = lineOf(event);
    lines.set(line.key, line);
  }
  return [...lines.values()].sort((a, b) => b.sequence - a.sequence).slice(0, linesAtMost);
}
