import { useEffect, useRef } from 'preact/hooks';
import { Button } from './controls.tsx';

const ahead = '400px';

// The end of a list that goes on: the next page is read before it is reached, or on a press.
export function More({ when, load }: { when: boolean; load: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (!when || !end.current) return;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current();
      },
      { rootMargin: ahead },
    );
    seen.observe(end.current);
    return () => seen.disconnect();
  });
  return when ? (
    <div class="more" ref={end}>
      <Button tone="plain" small onClick={load}>
        Show more
      </Button>
    </div>
  ) : null;
}
