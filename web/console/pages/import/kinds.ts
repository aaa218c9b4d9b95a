// What a file is by its name; what it cannot be is told before it is sent.
import type { Schemas } from '../../api/client.ts';

export const largestBytes = 1 << 30;

export function kindOf(name: string): Schemas['ImportKind'] {
  if (/\.(vcf|vcard)$/i.test(name)) return 'vcard';
  return /\.(ndjson|json)(\.gz)?$/i.test(name) ? 'fhir' : 'contacts';
}

export function faultOf(file: { name: string; size: number }): string | undefined {
  if (file.size === 0) return `“${file.name}” is empty.`;
  if (file.size > largestBytes) return `“${file.name}” is over 1 GiB. Split it, and import its parts one after the other.`;
  if (/\.(xlsx?|ods|numbers|pdf|docx?)$/i.test(file.name))
    return `“${file.name}” is no text. Open it where it was made, save it as CSV, and drop that.`;
  return undefined;
}
