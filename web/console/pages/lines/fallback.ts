// Where calls go when nobody answers: typed as a number in any way, or as a SIP address.
import type { Schemas } from '../../api/client.ts';

type Fallback = Schemas['UpdatePhoneNumberDTO']['fallback_destination'];

export function fallbackText(to: Fallback): string {
  return !to ? '' : to.type === 'number' ? to.number : to.sip_uri;
}

export function fallbackOf(text: string): Fallback {
  const plain = text.trim();
  if (plain === '') return null;
  if (/^sips?:/i.test(plain)) return { type: 'sip', sip_uri: plain };
  const digits = plain.replace(/[^0-9]/g, '');
  return { type: 'number', number: plain.startsWith('+') ? `+${digits}` : `+1${digits.slice(-10)}` };
}
