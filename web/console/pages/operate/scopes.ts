// What a key may, in the order in which it is asked.
import type { Scope } from '../../api/session.ts';

export const scopes: (readonly [Scope, string])[] = [
  ['contacts:read', 'Look at contacts'],
  ['contacts:write', 'Change contacts'],
  ['lines:read', 'Look at lines and calls'],
  ['lines:write', 'Change lines'],
  ['reach:read', 'Look at texts and decisions'],
  ['reach:write', 'Call and text'],
  ['reach:emergency', 'Reach in emergencies'],
  ['events:read', 'Follow what happens'],
  ['audit:read', 'Read the audit'],
  ['admin', 'Everything, and keys'],
];

export function scopesInWords(held: readonly Scope[]): string {
  if (held.includes('admin')) return 'everything';
  const text = scopes.filter(([scope]) => held.includes(scope)).map(([, words]) => words.toLowerCase());
  return text.join(', ');
}
