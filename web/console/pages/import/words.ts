// How an import stands, and what it counted, as people say it.
import type { Schemas } from '../../api/client.ts';

type Import = Schemas['Import'];
type Tone = 'ok' | 'no' | 'wait' | 'accent' | undefined;

export function stands(upload: Import): readonly [string, Tone] {
  const rehearsed = upload.run?.dry_run !== false;
  switch (upload.status) {
    case 'uploading':
      return ['arriving', 'accent'];
    case 'uploaded':
      return ['not read yet', 'wait'];
    case 'running':
      return rehearsed ? ['being read', 'accent'] : ['being imported', 'accent'];
    case 'finished':
      return rehearsed ? ['read, not imported', 'wait'] : ['imported', 'ok'];
    case 'failed':
      return rehearsed ? ['not understood', 'no'] : ['stopped', 'no'];
  }
}

export interface Count {
  words: string;
  total: number;
  tone: Tone;
}

const counted: (readonly [string, string, string, Tone])[] = [
  ['added', 'would be added', 'added', 'ok'],
  ['people_added', 'people would be added', 'people added', 'ok'],
  ['numbers_added', 'numbers would be added', 'numbers added', 'ok'],
  ['updated', 'would be filled in', 'filled in', 'accent'],
  ['people_updated', 'people would be filled in', 'people filled in', 'accent'],
  ['numbers_set_to_do_not_call', 'numbers would be set to do not call', 'numbers set to do not call', 'wait'],
  ['unchanged', 'there already', 'were there already', undefined],
  ['people_unchanged', 'people there already', 'people were there already', undefined],
  ['errors', 'cannot be taken', 'were not taken', 'no'],
  ['warnings', 'with a warning', 'with a warning', 'wait'],
];
const leftOut: Record<string, string> = {
  fax: 'fax numbers left out',
  pager: 'pagers left out',
  without_number: 'without a number, left out',
  empty_rows: 'empty rows left out',
  ended: 'numbers that ended, left out',
  not_begun: 'numbers not in use yet, left out',
  foreign: 'foreign numbers left out',
  unreadable: 'unreadable numbers left out',
  other_devices: 'other devices left out',
};
// Those that are told even where there are none.
const always = new Set(['added', 'people_added', 'errors']);

export function countsOf(run: NonNullable<Import['run']>): Count[] {
  const report = (run.report ?? {}) as Record<string, unknown>;
  const counts = counted
    .filter(([key]) => typeof report[key] === 'number' && (always.has(key) || report[key] > 0))
    .map(([key, would, did, tone]): Count => ({ words: run.dry_run ? would : did, total: report[key] as number, tone }));
  for (const [key, total] of Object.entries((report.left_out ?? {}) as Record<string, number>)) {
    if (total > 0 && leftOut[key]) counts.push({ words: leftOut[key], total, tone: undefined });
  }
  return counts;
}

// What an import would change at all.
export function changes(run: NonNullable<Import['run']>): number {
  const report = (run.report ?? {}) as Record<string, number | undefined>;
  return ['added', 'updated', 'people_added', 'people_updated', 'numbers_added', 'numbers_set_to_do_not_call'].reduce(
    (sum, key) => sum + (report[key] ?? 0),
    0,
  );
}

// Some are read twice; told is never more than the whole.
export const progressOf = (upload: Import) => Math.min(1, (upload.run?.progress.bytes_done ?? 0) / upload.size);
