// What is read to be shown: the last answer stays while the next is fetched, an answer that was overtaken is dropped.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client.ts';
import { useReturn } from './stream.ts';

export interface Read<T> {
  data: T | undefined;
  error: ApiError | undefined;
  loading: boolean;
  refresh: () => void;
  set: (data: T) => void;
}

const kept = new Map<string, unknown>();
const keptAtMost = 200;

function keep(key: string, data: unknown): void {
  kept.delete(key);
  kept.set(key, data);
  if (kept.size > keptAtMost) kept.delete(kept.keys().next().value!);
}

// `key` names what is read; null reads nothing. Nothing kept outlives a sign-out.
export function useRead<T>(key: string | null, read: (signal: AbortSignal) => Promise<T>): Read<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error?: ApiError }>(() => ({
    key,
    data: key === null ? undefined : (kept.get(key) as T),
  }));
  const [turn, setTurn] = useState(0);
  const latest = useRef(read);
  latest.current = read;
  // Who asks again while it is being read is answered by one more reading: else ever new changes would keep any from its end.
  const busy = useRef({ reading: false, again: false });
  useEffect(() => {
    if (key === null) {
      setState({ key });
      return;
    }
    const abort = new AbortController();
    busy.current = { reading: true, again: false };
    const ended = () => {
      if (abort.signal.aborted) return;
      const { again } = busy.current;
      busy.current = { reading: false, again: false };
      if (again) setTurn((each) => each + 1);
    };
    void latest
      .current(abort.signal)
      .then(
        (data) => {
          if (abort.signal.aborted) return;
          keep(key, data);
          setState({ key, data });
        },
        (error: unknown) => {
          if (abort.signal.aborted) return;
          setState((before) => ({
            key,
            data: before.key === key ? before.data : undefined,
            error: error instanceof ApiError ? error : unforeseen(error),
          }));
        },
      )
      .then(ended);
    return () => {
      abort.abort();
      busy.current = { reading: false, again: false };
    };
  }, [key, turn]);
  const refresh = useCallback(() => {
    if (busy.current.reading) busy.current.again = true;
    else setTurn((each) => each + 1);
  }, []);
  useReturn(state.error !== undefined, refresh);
  const set = useCallback(
    (data: T) => {
      if (key !== null) keep(key, data);
      setState({ key, data });
    },
    [key],
  );
  const stale = state.key !== key;
  const data = stale && key !== null && kept.has(key) ? (kept.get(key) as T) : state.data;
  return {
    data,
    error: stale ? undefined : state.error,
    loading: stale || (state.data === undefined && state.error === undefined && key !== null),
    refresh,
    set,
  };
}

export function forgetAll(): void {
  kept.clear();
}

function unforeseen(error: unknown): ApiError {
  console.error(error);
  return new ApiError(0, 'internal_error', 'Something went wrong in this page. Reload it.', [], '');
}

// One thing that is done, and what came of it.
export function useAction<A extends unknown[]>(
  act: (...given: A) => Promise<void>,
): {
  run: (...given: A) => Promise<void>;
  busy: boolean;
  error: ApiError | undefined;
  clear: () => void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (...given: A) => {
    setBusy(true);
    setError(undefined);
    try {
      await act(...given);
    } catch (thrown) {
      setError(thrown instanceof ApiError ? thrown : unforeseen(thrown));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error, clear: () => setError(undefined) };
}
