// The quality report, which looks at the whole book: the server makes it once for everybody and keeps it for a minute. What changes
// meanwhile is read when the next one can be had.
import { useEffect, useRef } from 'preact/hooks';
import { api, ask, type Schemas } from './client.ts';
import { useRead, type Read } from './query.ts';
import { useEvents } from './stream.ts';

const livesMs = 61_000;
const soonMs = 500;

export function useQualityReport(): Read<Schemas['QualityReport']> {
  const read = useRead('quality', (signal) => ask(api.GET('/api/v2/phone-numbers/quality', { signal })));
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEvents(['contact_number.', 'patient.', 'doctor.', 'message.', 'import.'], () => {
    const age = read.data ? Date.now() - Date.parse(read.data.as_of) : livesMs;
    due.current ??= setTimeout(
      () => {
        due.current = undefined;
        read.refresh();
      },
      Math.min(Math.max(livesMs - age, soonMs), livesMs),
    );
  });
  useEffect(() => () => clearTimeout(due.current), []);
  return read;
}
