// All that the list's filters find, read page by page so that something can be done with it as a whole.
import { ApiError } from '../../api/client.ts';
import { detailKey } from './details.ts';
import { readRows, type Row } from './rows.ts';
import { showsPeople, type Wanted } from './wanted.ts';

export const allAtMost = 10_000;
const pageOf = 100;
const restMs = 5_000;
const restsAtMost = 24;

// A key has so many requests a minute: what is refused for that is asked again when some of it has passed.
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let rests = 0; ; ++rests) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status !== 429 || rests === restsAtMost) throw thrown;
      await new Promise((done) => setTimeout(done, restMs));
    }
  }
}

// Each once, though the list moves meanwhile.
export async function collect(wanted: Wanted, onProgress: (rows: number) => void): Promise<Row[]> {
  const found = new Map<string, Row>();
  for (let offset = 0; offset < allAtMost; offset += pageOf) {
    const page = await patiently(() => readRows(wanted, { limit: pageOf, offset }));
    for (const row of page.rows) found.set(detailKey(row), row);
    onProgress(found.size);
    if (offset + pageOf >= page.total) break;
  }
  return [...found.values()];
}

// Those that can still be set to do not call; nothing where that is not for this list to tell.
export function stillCalled(wanted: Wanted): Wanted | undefined {
  if (showsPeople(wanted) || wanted.do_not_call === 'yes') return undefined;
  return { ...wanted, do_not_call: 'no' };
}
