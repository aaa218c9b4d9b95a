// The account's lines by their ids, for pages that tell of them. There are some dozens.
import { api, ask, type Schemas } from './client.ts';
import { useRead } from './query.ts';
import { useMay } from './session.ts';
import { formatNumber } from '../format/numbers.ts';

export type Line = Schemas['PhoneNumber'];
const pagesAtMost = 10;

export async function readLines(signal?: AbortSignal): Promise<Line[]> {
  const lines: Line[] = [];
  let page_token: string | undefined;
  for (let page = 0; page < pagesAtMost && page_token !== ''; ++page) {
    const got = await ask(api.GET('/phone_numbers', { params: { query: { page_size: 100, page_token } }, signal }));
    lines.push(...got.phone_numbers);
    page_token = got.next_page_token ?? '';
  }
  return lines;
}

export const lineName = (line: Line) => line.name ?? formatNumber(line.phone_number ?? 'being bought');

export function useLines(): {
  lines: Line[] | undefined;
  nameOf: (id: string) => string;
  refresh: () => void;
  error: string | undefined;
} {
  const may = useMay();
  const read = useRead(may('lines:read') ? 'lines' : null, readLines);
  return {
    lines: read.data,
    refresh: read.refresh,
    error: read.error?.message,
    nameOf: (id) => {
      const line = read.data?.find((each) => each.id === id);
      return line ? lineName(line) : 'a line that is gone';
    },
  };
}
