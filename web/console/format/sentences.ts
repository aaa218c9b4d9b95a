// The ledger's rows as people would say them.
import type { Schemas } from '../api/client.ts';
import { formatNumber } from './numbers.ts';
import { dayNames, seconds, zoneCity, type Weekday } from './times.ts';

// `made`: what was not there before, of which nothing is compared.
export interface Told {
  what: string;
  made: boolean;
  changes: { label: string; was?: string; is?: string }[];
}
type Entry = Pick<Schemas['LedgerEntry'], 'entity' | 'action' | 'changes' | 'entity_id'>;
type Value = string | number | boolean | null;

export const things: Record<Schemas['Entity'], string> = {
  account: 'Account',
  api_key: 'API key',
  ai_agent: 'Agent',
  line: 'Line',
  pool_number: 'Pool number',
  patient: 'Patient',
  doctor: 'Doctor',
  contact_number: 'Number',
  call: 'Call',
  message: 'Text',
  dial_list: 'Dial list',
  consent: 'Consent',
  suppression: 'Suppressed number',
  contact_policy: 'Policy',
  calling_hours: 'Calling hours',
  webhook: 'Webhook',
  fhir_source: 'FHIR source',
  import: 'Import',
  session: 'Session',
  saved_list: 'Saved list',
};
const deeds: Record<Schemas['Action'], string> = {
  created: 'added',
  updated: 'changed',
  deleted: 'deleted',
  revoked: 'revoked',
  suspended: 'suspended',
  released: 'released',
  withdrawn: 'withdrawn',
  disabled: 'disabled',
  finished: 'finished',
};
const labels: Record<string, string> = {
  phone_type: 'type',
  do_not_call: 'do not call',
  contact_window: 'best times',
  date_of_birth: 'born',
  first_name: 'first name',
  last_name: 'last name',
  ai_agent_id: 'agent',
  outbound_ai_agent_id: 'outbound agent',
  fallback_destination: 'fallback',
  phone_number: 'number',
  key_id: 'key',
  patient_id: 'patient',
  doctor_id: 'doctor',
  rate_limit: 'requests a minute',
  error_code: 'carrier code',
  status_detail: 'detail',
  agent_name: 'name',
  answered_by: 'answered by',
  duration_seconds: 'length',
  wrong_number: 'wrong number',
  timezone: 'time zone',
  undeliverable_at: 'texts fail since',
  max_attempts: 'tries',
  retry_busy: 'after busy',
  retry_no_answer: 'after no answer',
  retry_voicemail: 'after voicemail',
  dialer: 'who dials',
  entries: 'people',
  calls_at_once: 'calls at once',
  rate_limit_per_minute: 'requests a minute',
  expires_at: 'until',
};
// What a field holds, where its word is the program's.
const words: Record<string, string> = {
  pull: 'people',
  linebook: 'Linebook',
  'in-progress': 'answered',
  completed: 'ended',
  'no-answer': 'no answer',
  undelivered: 'did not arrive',
  signed_in: 'signed in',
};
const worded = new Set(['dialer', 'status', 'outcome', 'state', 'use', 'answered_by', 'reason', 'basis']);
const units: Record<string, string> = { D: 'day', H: 'h', M: 'min', S: 's' };

export function fieldLabel(field: string): string {
  return labels[field] ?? field.replaceAll('_', ' ');
}

export function valueText(value: Value, field = ''): string {
  if (value === null || value === '') return '–';
  if (value === true) return 'yes';
  if (value === false) return 'no';
  const text = String(value);
  if (field === 'scopes') return text.split(',').includes('admin') ? 'everything' : text.replaceAll(',', ', ');
  if (field === 'phone_types') return text.replaceAll(/[ ,]+/g, ', ');
  if (field === 'duration_seconds') return seconds(Number(value));
  if (field === 'rate_limit' && value === 0) return 'any number';
  if (worded.has(field)) return words[text] ?? text.replaceAll(/[_-]/g, ' ');
  if (field === 'timezone') return zoneCity(text);
  const span = /^PT?([0-9]+)([DHMS])$/.exec(text);
  if (span) return `${span[1]} ${units[span[2]!]}${span[2] === 'D' && span[1] !== '1' ? 's' : ''}`;
  const window = /^((?:mon|tue|wed|thu|fri|sat|sun)(?:,[a-z]{3})*) ([0-9:]+)-([0-9:]+)$/.exec(text);
  if (window) return `${dayNames(window[1]!.split(',') as Weekday[])} ${window[2]}–${window[3]}`;
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text))
    return new Date(`${text}T12:00:00Z`).toLocaleDateString('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
  if (/^(\+1)?[0-9]{10}$/.test(text)) return formatNumber(text);
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}T/.test(text))
    return new Date(text).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  return text;
}

// What one flag means when it is set, and when it is taken away.
const flags: Record<string, readonly [string, string]> = {
  primary: ['Made primary', 'Not primary any more'],
  verified: ['Verified', 'Not verified any more'],
  do_not_call: ['Do not call set', 'Do not call lifted'],
  deceased: ['Deceased', 'Not deceased'],
  active: ['Active', 'Inactive'],
};

function only(changes: Entry['changes']): [string, Value, Value] | undefined {
  const entries = Object.entries(changes);
  const [field, change] = entries[0] ?? [];
  return entries.length === 1 && field !== undefined && change !== undefined && 'is' in change
    ? [field, change.was, change.is]
    : undefined;
}

// Without the fields in `besides`, which whoever reads knows already.
export function tell(entry: Entry, besides: readonly string[] = []): Told {
  const single = entry.action === 'updated' ? only(entry.changes) : undefined;
  const flag = single && flags[single[0]];
  if (flag && typeof single[2] === 'boolean') return { what: single[2] ? flag[0] : flag[1], made: false, changes: [] };
  if (single) {
    const [field, was, is] = single;
    if (field === 'undeliverable_at')
      return { what: is === null ? 'Texts reach it again' : 'Texts do not reach it', made: false, changes: [] };
    return {
      what: field === 'number' ? 'Number changed' : `${things[entry.entity]}: ${fieldLabel(field)}`,
      made: false,
      changes: [{ label: '', was: empty(was) && was !== false ? undefined : valueText(was, field), is: valueText(is, field) }],
    };
  }
  const what = sessionDeed(entry) ?? `${things[entry.entity]} ${deeds[entry.action]}`;
  const made = entry.action === 'created';
  const changes = Object.entries(entry.changes)
    .filter(
      ([field, change]) =>
        !besides.includes(field) &&
        !(entry.entity === 'session' && ofSessions.has(field)) &&
        (!('is' in change) || !made || !empty(change.is)),
    )
    .map(([field, change]) =>
      'is' in change
        ? made && change.is === true
          ? { label: fieldLabel(field) }
          : {
              label: fieldLabel(field),
              was: change.was === null ? undefined : valueText(change.was, field),
              is: valueText(change.is, field),
            }
        : { label: fieldLabel(field), is: 'changed' },
    );
  return { what, made, changes };
}

// Whoever signed in is who did it: the key need not be told again.
const ofSessions = new Set(['key_id', 'use', 'expires_at']);
function sessionDeed({ entity, action, changes }: Entry): string | undefined {
  if (entity !== 'session') return undefined;
  const use = changes['use'];
  const link = use !== undefined && 'is' in use && use.is !== 'signed_in';
  if (action === 'created') return link ? 'Sign-in link made' : 'Signed in';
  return action === 'deleted' || action === 'revoked' ? 'Signed out' : undefined;
}

const empty = (value: Value) => value === null || value === false || value === '';
