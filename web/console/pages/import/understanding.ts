// How a file was read, as its last run tells it, and what a run has to be told to read it the same way.
import type { Schemas } from '../../api/client.ts';

type Run = NonNullable<Schemas['Import']['run']>;
type File = NonNullable<Run['understood']>;
export type Column = File['columns'][number];
export type SampleRow = File['rows'][number];
export interface Understanding {
  columns: Column[];
  // The first ones.
  rows: SampleRow[];
  // How often rows were not taken, and why.
  faults: File['faults'];
  encoding: string;
  separator: string;
  people: 'patient' | 'doctor';
  // Why nothing could be made of it.
  fault: string | undefined;
}

export function understand(run: Pick<Run, 'understood' | 'messages'> | null): Understanding {
  const file = run?.understood;
  return {
    columns: file?.columns ?? [],
    rows: file?.rows ?? [],
    faults: file?.faults ?? [],
    encoding: file?.encoding ?? '',
    separator: file?.separator ?? '',
    people: file?.people ?? 'patient',
    fault: faultOf(run?.messages ?? []),
  };
}

const inWords = new Map([
  ["column 'number' is missing", 'no column holds the numbers'],
  ["column 'phone_type' is missing", 'no column says what type a number is'],
]);

// The words of the command line, without what only stands on command lines. Columns that nobody knows are asked for.
function faultOf(messages: readonly string[]): string | undefined {
  const line = messages.find((each) => each.startsWith('linebook: '));
  if (line === undefined) return undefined;
  const [what = ''] = line.replace(/^linebook: (upload: )?/, '').split('. Say what a column is');
  return what
    .replace(/^the header is not right: /, '')
    .split('; ')
    .filter((each) => !each.startsWith('unknown column '))
    .map((each) => inWords.get(each) ?? each.replace(/^--column (gives|names) /, '').replace(/: --encoding.*$/, ''))
    .join('; ');
}

// What a column can be told to be, in the service's words and in people's.
export const meanings: (readonly [string, string])[] = [
  ['number', 'Number'],
  ['phone_type', 'Its type: cell, home, other'],
  ['Mobile Phone', 'Cell number'],
  ['Home Phone', 'Home number'],
  ['Other Phone', 'Another number'],
  ['first_name', 'First name'],
  ['middle_name', 'Middle name'],
  ['last_name', 'Last name'],
  ['full_name', 'Full name'],
  ['patient_id', 'Patient’s id'],
  ['doctor_id', 'Doctor’s id'],
  ['primary', 'Primary, yes or no'],
  ['verified', 'Verified, yes or no'],
  ['do_not_call', 'Do not call, yes or no'],
  ['email', 'Email'],
  ['date_of_birth', 'Date of birth'],
  ['gender', 'Gender'],
  ['timezone', 'Time zone'],
  ['contact_window', 'When they may be called'],
  ['state', 'State'],
  ['organisation', 'Organisation'],
  ['npi', 'NPI'],
];

// What can be chosen for it. A meaning that only its own header has stays one of the choices.
export function choicesFor({ known, meaning, becomes }: Column): (readonly [string, string])[] {
  const own = known && meaning !== '' && !meanings.some(([each]) => each === meaning);
  return [...(own ? [[meaning, `As recognised: ${becomes}`] as const] : []), ['', 'Leave it out'], ...meanings];
}

// What a run has to be told so that it reads the file the same way. Nobody can name a header that holds a "=".
export function asUnderstood(columns: readonly Column[]): Record<string, string> {
  const told: [string, string][] = [];
  for (const { header, meaning, known } of columns)
    if (known && !header.includes('=') && header.toLowerCase() !== meaning.toLowerCase()) told.push([header, meaning]);
  // As members of its own, whatever a header is called.
  return Object.fromEntries(told);
}
