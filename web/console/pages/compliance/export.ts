// Decisions as a table for whoever must prove them: those that the filters show, newest first.
import { api, ask, type Schemas } from '../../api/client.ts';
import { csvTable } from '../../format/csv.ts';

type Decision = Schemas['Decision'];
export type Filter = { channel?: Schemas['Channel']; number?: string; allowed?: boolean };
export const exportedAtMost = 10_000;
const pageSize = 100;

const head = [
  'decision',
  'at',
  'local_time',
  'allowed',
  'channel',
  'purpose',
  'voice',
  'number',
  'people',
  'reasons',
  'policy_version',
  'line',
];

export function tableOf(decisions: readonly Decision[]): string {
  return csvTable(
    head,
    decisions.map((one) => [
      one.id ?? '',
      one.at,
      one.local_times.join(' '),
      one.allowed ? 'yes' : 'no',
      one.channel,
      one.purpose,
      one.voice,
      one.number,
      one.people.map(({ name, id }) => `${name} (${id})`).join('; '),
      one.reasons.map(({ code }) => code).join(' '),
      String(one.policy_version),
      one.line_id ?? '',
    ]),
  );
}

// Page by page; `more` where there are yet others than it took.
export async function readAll(
  filter: Filter,
  onProgress: (read: number) => void,
  signal: AbortSignal,
): Promise<{ decisions: Decision[]; more: boolean }> {
  const decisions: Decision[] = [];
  let page_token: string | undefined;
  do {
    const query = { ...filter, page_token, page_size: pageSize };
    const page = await ask(api.GET('/decisions', { signal, params: { query } }));
    decisions.push(...page.decisions);
    page_token = page.next_page_token ?? undefined;
    onProgress(decisions.length);
  } while (page_token !== undefined && decisions.length < exportedAtMost);
  return { decisions, more: page_token !== undefined };
}
