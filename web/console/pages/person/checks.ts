// What a decision looked at, as a list that a person reads from top to bottom: what is in order, too, and not the obstacles alone.
import type { Schemas } from '../../api/client.ts';
import { clock, dayNames, dayName, zoneCity } from '../../format/times.ts';
import type { Person } from '../../api/people.ts';

type Decision = Schemas['Decision'];
type Code = Schemas['ReasonCode'];
export type State = 'ok' | 'wait' | 'no';
export interface Check {
  label: string;
  state: State;
  side: string;
  messages: string[];
}
export type Purpose = 'care' | 'service' | 'marketing';

const groups: { name: string; label: (purpose: Purpose) => string; codes: Code[] }[] = [
  { name: 'person', label: () => 'Active in the book', codes: ['deceased', 'inactive'] },
  {
    name: 'number',
    label: () => 'The number reaches them',
    codes: ['invalid_number', 'wrong_number', 'reassigned', 'undeliverable'],
  },
  {
    name: 'flag',
    label: () => 'No do-not-call',
    codes: ['do_not_call', 'opted_out', 'national_do_not_call', 'state_do_not_call', 'list_missing', 'list_outdated'],
  },
  { name: 'consent', label: (purpose) => `Consent for ${purpose}`, codes: ['no_consent', 'consent_expired', 'consent_revoked'] },
  { name: 'hours', label: (purpose) => `Hours for ${purpose}`, codes: ['timezone_unknown', 'outside_hours', 'holiday'] },
  { name: 'window', label: () => 'Their own hours', codes: ['outside_contact_window'] },
  { name: 'attempts', label: () => 'Attempts', codes: ['too_many_attempts'] },
  { name: 'line', label: () => 'A line that can', codes: ['line_unavailable'] },
];

function sideOf(name: string, decision: Decision, person: Person, policy: Schemas['Policy'] | undefined): string {
  const purpose = decision.purpose as Purpose;
  if (name === 'consent') return purpose === 'marketing' ? 'in writing' : 'by being in the book';
  if (name === 'hours') return policy ? `${policy.hours[purpose].start}–${policy.hours[purpose].end}` : '';
  if (name === 'window' && person.contact_window) {
    return `${person.contact_window.days ? `${dayNames(person.contact_window.days)} ` : ''}${person.contact_window.start}–${person.contact_window.end}`;
  }
  if (name === 'attempts')
    return (policy?.attempts[purpose] ?? []).map(({ max, hours }) => `at most ${max} in ${hours} h`).join(', ') || 'no limit';
  return '';
}

export function checksOf(decision: Decision, person: Person, policy: Schemas['Policy'] | undefined): Check[] {
  return groups.flatMap(({ name, label, codes }) => {
    const reasons = decision.reasons.filter(({ code }) => codes.includes(code));
    const silent = (name === 'window' && !person.contact_window) || name === 'line';
    if (reasons.length === 0 && silent) return [];
    const state: State = reasons.length === 0 ? 'ok' : reasons.every(({ until }) => until !== null) ? 'wait' : 'no';
    return [
      {
        label: label(decision.purpose as Purpose),
        state,
        side: sideOf(name, decision, person, policy),
        messages: reasons.map(({ message }) => message),
      },
    ];
  });
}

export interface Verdict {
  state: State;
  title: string;
  text: string;
}

// The answer in four words, and why in one sentence; times are the callee's.
export function verdictOf(decision: Decision, now: Date): Verdict {
  const zone = decision.timezones[0];
  const local = decision.local_times[0];
  const there = zone && local ? `It is ${local.slice(11, 16)} in ${zoneCity(zone)}.` : 'Where they are is not known.';
  if (decision.allowed) {
    const until = decision.valid_until && zone ? ` It holds until ${clock(decision.valid_until, zone)}.` : '';
    return { state: 'ok', title: decision.channel === 'call' ? 'Yes, call now' : 'Yes, text now', text: `${there}${until}` };
  }
  const why = decision.reasons.map(({ message }) => sentence(message)).join(' ');
  if (decision.next_allowed_at) {
    const day = dayName(decision.next_allowed_at, now, zone);
    const at = clock(decision.next_allowed_at, zone);
    return {
      state: 'wait',
      title: `Not before ${day === 'Today' ? '' : `${day.toLowerCase() === 'tomorrow' ? 'tomorrow' : day} `}${at}`,
      text: why.includes('It is ') ? why : `${there} ${why}`,
    };
  }
  return { state: 'no', title: decision.channel === 'call' ? 'Do not call' : 'Do not text', text: why };
}

const sentence = (message: string) => `${message[0]!.toUpperCase()}${message.slice(1)}.`;
