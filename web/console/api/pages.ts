// A walk through pages by their tokens, newest first: more as one scrolls down, the first page again when something has come.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client.ts';
import { useReturn } from './stream.ts';

export interface PageOf<T> {
  items: T[];
  next: string | null;
}
export interface Pages<T> {
  items: T[] | undefined;
  error: ApiError | undefined;
  more: boolean;
  loadMore: () => void;
  refresh: () => void;
}

const idOf = (item: unknown) => (item as { id?: string; event_id?: string }).id ?? (item as { event_id?: string }).event_id ?? '';

// What the first page tells anew stands above what was read before; each thing once.
export function merge<T>(first: T[], before: T[]): T[] {
  const ids = new Set(first.map(idOf));
  return [...first, ...before.filter((item) => !ids.has(idOf(item)))];
}

export function usePages<T>(
  key: string | null,
  read: (token: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>,
): Pages<T> {
  const [state, setState] = useState<{ key: string | null; items?: T[]; next: string | null; error?: ApiError }>({
    key,
    next: null,
  });
  const latest = useRef(read);
  latest.current = read;
  const busy = useRef<AbortController | undefined>(undefined);
  const again = useRef(false);
  const fetchPage = useCallback(
    (token: string | undefined, kind: 'first' | 'again' | 'more') => {
      if (key === null) return;
      if (kind !== 'first' && busy.current) {
        again.current ||= kind === 'again';
        return;
      }
      const abort = new AbortController();
      if (kind !== 'more') again.current = false;
      busy.current?.abort();
      busy.current = abort;
      latest
        .current(token, abort.signal)
        .then(
          (page) => {
            if (abort.signal.aborted) return;
            setState((before) => {
              if (kind === 'first' || before.key !== key || !before.items) return { key, items: page.items, next: page.next };
              if (kind === 'more') return { key, items: merge(before.items, page.items), next: page.next };
              // Where everything of the first page is new there may be a gap below it: the walk begins again.
              const joined = page.items.some((item) => before.items!.some((each) => idOf(each) === idOf(item)));
              return joined || page.next === null
                ? { key, items: merge(page.items, before.items), next: before.next }
                : { key, items: page.items, next: page.next };
            });
          },
          (error: unknown) => {
            if (!abort.signal.aborted && error instanceof ApiError) setState((before) => ({ ...before, key, error }));
          },
        )
        .finally(() => {
          if (busy.current !== abort) return;
          busy.current = undefined;
          if (again.current) fetchPage(undefined, 'again');
        });
    },
    [key],
  );
  useEffect(() => {
    fetchPage(undefined, 'first');
    return () => {
      busy.current?.abort();
      busy.current = undefined;
    };
  }, [key]);
  const fresh = state.key === key;
  const refresh = useCallback(() => fetchPage(undefined, 'again'), [fetchPage]);
  useReturn(fresh && state.error !== undefined, refresh);
  return {
    items: fresh ? state.items : undefined,
    error: fresh ? state.error : undefined,
    more: fresh && state.next !== null,
    loadMore: useCallback(() => {
      if (state.next !== null) fetchPage(state.next, 'more');
    }, [state.next, fetchPage]),
    refresh,
  };
}
