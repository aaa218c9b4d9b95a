// A list of any length, of which only what is in sight and near it is held: pages are read as they come near, and let go when they are
// far. Who drags from one end to the other reads what they stop at.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './client.ts';
import { useReturn } from './stream.ts';

export interface PageAt<T> {
  rows: T[];
  total: number;
}
export interface Window<T> {
  total: number | undefined;
  error: ApiError | undefined;
  // The key of the list that is there, which stays until the first page of the next one has come.
  shown: string;
  fresh: boolean;
  at: (index: number) => T | undefined;
  want: (first: number, end: number) => void;
  refresh: () => void;
}

const restsMs = 40;
const keptPages = 24;

interface Held<T> {
  key: string;
  total: number;
  pages: Map<number, T[]>;
}

// The pages that rows from `first` to `end` need, and one on either side.
export function pagesNear(first: number, end: number, total: number, pageRows: number): number[] {
  const last = Math.max(Math.ceil(total / pageRows) - 1, 0);
  const from = Math.max(Math.floor(first / pageRows) - 1, 0);
  const to = Math.min(Math.floor(Math.max(end - 1, 0) / pageRows) + 1, last);
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, at) => from + at);
}

// Those that lie nearest to the page in the middle of what is seen.
export function kept<T>(pages: Map<number, T>, middle: number): Map<number, T> {
  if (pages.size <= keptPages) return pages;
  const near = [...pages].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle));
  return new Map(near.slice(0, keptPages));
}

export function useWindow<T>(
  key: string,
  pageRows: number,
  read: (page: number, signal: AbortSignal) => Promise<PageAt<T>>,
): Window<T> {
  const [held, setHeld] = useState<Held<T>>();
  const [error, setError] = useState<ApiError>();
  const fetching = useRef(new Map<number, AbortController>());
  const latest = useRef({ read, key, held });
  latest.current = { read, key, held };
  const range = useRef({ first: 0, end: 0 });
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const fetchPage = useCallback((page: number) => {
    if (fetching.current.has(page)) return;
    const abort = new AbortController();
    const asked = latest.current.key;
    fetching.current.set(page, abort);
    latest.current.read(page, abort.signal).then(
      (got) => {
        if (abort.signal.aborted) return;
        fetching.current.delete(page);
        setError(undefined);
        setHeld((before) => {
          const pages = new Map(before?.key === asked ? before.pages : []);
          pages.set(page, got.rows);
          return { key: asked, total: got.total, pages: kept(pages, Math.floor(range.current.first / pageRows)) };
        });
      },
      (failed: unknown) => {
        if (abort.signal.aborted) return;
        fetching.current.delete(page);
        if (failed instanceof ApiError) setError(failed);
      },
    );
  }, []);
  const dropBut = (wanted: number[]) => {
    for (const [page, abort] of fetching.current) {
      if (wanted.includes(page)) continue;
      abort.abort();
      fetching.current.delete(page);
    }
  };
  useEffect(() => {
    dropBut([]);
    setError(undefined);
    fetchPage(0);
    return () => {
      clearTimeout(rest.current);
      rest.current = undefined;
      dropBut([]);
    };
  }, [key]);

  const near = () => {
    const { first, end } = range.current;
    return pagesNear(first, end, latest.current.held?.total ?? 0, pageRows);
  };
  const want = useCallback((first: number, end: number) => {
    range.current = { first, end };
    rest.current ??= setTimeout(() => {
      rest.current = undefined;
      const { held: now, key: wanted } = latest.current;
      if (now?.key !== wanted) return;
      const pages = near();
      dropBut(pages);
      for (const page of pages) if (!now.pages.has(page)) fetchPage(page);
    }, restsMs);
  }, []);
  // What is shown stays until it has come anew; the rest is let go.
  const refresh = useCallback(() => {
    if (latest.current.held === undefined) {
      dropBut([]);
      fetchPage(0);
      return;
    }
    const pages = near();
    dropBut([]);
    setHeld((now) => now && { ...now, pages: new Map([...now.pages].filter(([page]) => pages.includes(page))) });
    for (const page of pages) fetchPage(page);
  }, []);
  useReturn(error !== undefined, refresh);
  return {
    total: held?.total,
    error,
    shown: held?.key ?? '',
    fresh: held?.key === key,
    want,
    refresh,
    at: (index) => held?.pages.get(Math.floor(index / pageRows))?.[index % pageRows],
  };
}
