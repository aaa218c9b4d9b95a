export type Age = 'fresh' | 'soon' | 'old';

const warnedDays = 7;

// A list counts on its last day, too.
export function ageOf(days: number, validDays: number): Age {
  if (days > validDays) return 'old';
  return days > validDays - warnedDays ? 'soon' : 'fresh';
}
