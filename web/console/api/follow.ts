// Reads again when events have come: soon after the first, and ever more seldom while they keep coming, so that neither the page
// nor the server does anything but read.
import { useEffect, useRef } from 'preact/hooks';
import { nextWait, type Pace } from './pace.ts';
import { useEvents } from './stream.ts';

// Called often, acts now and then, and at last once more.
export function useSoon(act: () => void, pace?: Pace): () => void {
  const due = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const last = useRef({ at: 0, wait: 0 });
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => () => clearTimeout(due.current), []);
  return () => {
    if (due.current !== undefined) return;
    const wait = nextWait(last.current.wait, Date.now() - last.current.at, pace);
    due.current = setTimeout(() => {
      due.current = undefined;
      last.current = { at: Date.now(), wait };
      latest.current();
    }, wait);
  };
}

export function useFollowed(types: readonly string[], refresh: () => void, pace?: Pace): void {
  useEvents(types, useSoon(refresh, pace));
}
