// A week in cells of an hour, each with the parts of it that are allowed and, of those, wished for.
import { minutes, weekdays, type Weekday } from '../../format/times.ts';

export interface Hours {
  days?: readonly Weekday[];
  start: string;
  end: string;
}
export interface Band {
  from: number;
  to: number;
}

const cell = 60;

// Of each day, Monday first: the minutes between which it holds.
export function bandsOf(hours: Hours | null | undefined): (Band | undefined)[] {
  return weekdays.map((day) =>
    hours && (hours.days === undefined || hours.days.includes(day))
      ? { from: minutes(hours.start), to: minutes(hours.end) }
      : undefined,
  );
}

export function within(inner: Band | undefined, outer: Band | undefined): Band | undefined {
  if (inner === undefined || outer === undefined) return undefined;
  const from = Math.max(inner.from, outer.from);
  const to = Math.min(inner.to, outer.to);
  return from < to ? { from, to } : undefined;
}

// The band cut at full hours, so that each piece lies in one cell.
export function pieces(band: Band | undefined): Band[] {
  const cut: Band[] = [];
  for (let at = band?.from ?? 0; band && at < band.to;) {
    const to = Math.min((Math.floor(at / cell) + 1) * cell, band.to);
    cut.push({ from: at, to });
    at = to;
  }
  return cut;
}
