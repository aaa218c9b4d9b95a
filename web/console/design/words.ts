// Statuses as people say them, and the tone that each has everywhere.
import type { Schemas } from '../api/client.ts';

type Tone = 'ok' | 'no' | 'wait' | 'accent' | undefined;
type Words = readonly [string, Tone];

export const callWords: Record<Schemas['CallStatus'], Words> = {
  unknown: ['nobody can tell', 'wait'],
  queued: ['about to ring', 'accent'],
  ringing: ['ringing', 'accent'],
  'in-progress': ['speaking', 'accent'],
  completed: ['answered', 'ok'],
  busy: ['busy', 'wait'],
  failed: ['failed', 'no'],
  'no-answer': ['no answer', 'wait'],
  canceled: ['canceled', undefined],
};

export const textWords: Record<Schemas['MessageStatus'], Words> = {
  unknown: ['nobody can tell', 'wait'],
  accepted: ['about to leave', 'accent'],
  queued: ['with the carrier', 'accent'],
  sending: ['leaving', 'accent'],
  sent: ['sent', undefined],
  delivered: ['delivered', 'ok'],
  undelivered: ['did not arrive', 'no'],
  failed: ['failed', 'no'],
  held: ['held back', 'wait'],
  received: ['received', undefined],
};

export const reasonWords: Record<Schemas['ReasonCode'], string> = {
  invalid_number: 'No such number',
  deceased: 'Deceased',
  inactive: 'Inactive',
  do_not_call: 'Do not call',
  opted_out: 'Opted out',
  wrong_number: 'Wrong number',
  reassigned: 'Given to somebody else',
  no_consent: 'No consent',
  consent_expired: 'Consent expired',
  consent_revoked: 'Consent taken back',
  national_do_not_call: 'National do-not-call list',
  state_do_not_call: 'State do-not-call list',
  list_missing: 'No do-not-call list loaded',
  list_outdated: 'Do-not-call list is old',
  timezone_unknown: 'Time zone not known',
  outside_hours: 'Outside the hours',
  holiday: 'Holiday',
  outside_contact_window: 'Outside their own hours',
  too_many_attempts: 'Too many attempts',
  undeliverable: 'Takes no texts',
  line_unavailable: 'The line cannot',
};
