// When to read again while changes keep coming.
const soonMs = 150;
const longestMs = 2_400;

export interface Pace {
  soonMs?: number;
  longestMs?: number;
}

// How long the next wait is: after a pause that was twice as long as the last wait, soon again.
export function nextWait(
  last: number,
  sinceMs: number,
  { soonMs: soon = soonMs, longestMs: longest = longestMs }: Pace = {},
): number {
  return sinceMs > 2 * last ? soon : Math.min(Math.max(2 * last, soon), longest);
}
