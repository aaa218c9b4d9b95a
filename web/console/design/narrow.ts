// Whether the window is a phone's, as the style sheets draw the line.
import { useEffect, useState } from 'preact/hooks';

const query = matchMedia('(max-width: 760px)');

export const isNarrow = () => query.matches;

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(isNarrow);
  useEffect(() => {
    const turned = () => setNarrow(isNarrow());
    query.addEventListener('change', turned);
    return () => query.removeEventListener('change', turned);
  }, []);
  return narrow;
}
