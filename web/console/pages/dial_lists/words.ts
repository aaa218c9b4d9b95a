import type { Schemas } from '../../api/client.ts';
import { reasonWords } from '../../design/words.ts';

export type EntryState = Schemas['DialEntryState'];

export const listWords: Record<Schemas['DialListStatus'], readonly [string, 'ok' | 'no' | 'wait' | undefined]> = {
  running: ['running', 'ok'],
  paused: ['paused', 'wait'],
  stopped: ['stopped', 'no'],
  finished: ['finished', undefined],
};

export const stateWords: Record<EntryState, string> = {
  ready: 'may be called now',
  waiting: 'wait for their time',
  leased: 'with a dialer',
  calling: 'on the phone',
  done: 'done',
  blocked: 'blocked for good',
};
// Of one person.
export const entryWords: Record<EntryState, string> = { ...stateWords, waiting: 'waits' };
export const states: EntryState[] = ['ready', 'calling', 'leased', 'waiting', 'done', 'blocked'];

export const outcomes: (readonly [Schemas['Outcome'], string])[] = [
  ['answered', 'Answered'],
  ['no_answer', 'No answer'],
  ['busy', 'Busy'],
  ['voicemail', 'Voicemail'],
  ['callback', 'Call back later'],
  ['wrong_number', 'Wrong number'],
  ['do_not_call', 'Do not call again'],
  ['failed', 'Did not connect'],
];

const own: Record<string, string> = {
  no_number: 'no number of the list’s types',
  max_attempts: 'tried as often as the list says',
  given_out: 'in another list',
  not_placed: 'refused before it left',
  unknown: 'nobody can tell',
  undecided: 'not looked at yet',
};

export function reasonText(reason: string): string {
  const outcome = outcomes.find(([key]) => key === reason)?.[1];
  return (
    own[reason] ??
    (reasonWords as Record<string, string>)[reason]?.toLowerCase() ??
    outcome?.toLowerCase() ??
    reason.replaceAll('_', ' ')
  );
}
