import { useEffect, useRef } from 'preact/hooks';

// Again and again while it is `on` and somebody looks.
export function useEvery(ms: number, on: boolean, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, ms);
    return () => clearInterval(timer);
  }, [on, ms]);
}
