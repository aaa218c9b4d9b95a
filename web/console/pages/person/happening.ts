// One thing that happened with a person, of whatever book.
import type { Schemas } from '../../api/client.ts';

export type Happening =
  | { kind: 'call'; key: string; time: string; call: Schemas['Call']; number: string }
  | { kind: 'text'; key: string; time: string; message: Schemas['Message']; number: string }
  | { kind: 'change'; key: string; time: string; entry: Schemas['LedgerEntry']; number: string | undefined }
  | { kind: 'refusal'; key: string; time: string; decision: Schemas['Decision'] };

// Newest first; of one second, what was written later first. One thing is there once, though two numbers led to it.
export function inOrder(all: Happening[]): Happening[] {
  const once = new Map(all.map((each) => [each.key, each]));
  return [...once.values()].sort((a, b) => b.time.localeCompare(a.time) || b.key.localeCompare(a.key));
}
