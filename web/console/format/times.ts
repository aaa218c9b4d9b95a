// Times in the viewer's zone, with the callee's beside them where that is another one.

const day = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone });
    formats.set(key, made);
  }
  return made;
}

export function clock(time: string | Date, zone?: string): string {
  return format(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(time));
}

function dayNumber(time: Date, zone?: string): number {
  const parts = format(zone, { year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(time);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day')) / day;
}

// 'Today', 'Yesterday', 'Tomorrow', '12 Nov', '12 Nov 2025'.
export function dayName(time: string, now = new Date(), zone?: string): string {
  const then = new Date(time);
  const apart = dayNumber(then, zone) - dayNumber(now, zone);
  if (apart === 0) return 'Today';
  if (apart === -1) return 'Yesterday';
  if (apart === 1) return 'Tomorrow';
  const sameYear = format(zone, { year: 'numeric' }).format(then) === format(zone, { year: 'numeric' }).format(now);
  return format(zone, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) }).format(then);
}

// Short, for a column: the clock today, the day before that.
export function when(time: string, now = new Date()): string {
  const name = dayName(time, now);
  return name === 'Today' ? clock(time) : name;
}

export function dayAndClock(time: string, now = new Date(), zone?: string): string {
  const name = dayName(time, now, zone);
  return name === 'Today' ? clock(time, zone) : `${name} ${clock(time, zone)}`;
}

// The same within a sentence.
export function momentOf(time: string, now = new Date(), zone?: string): string {
  return dayAndClock(time, now, zone).replace(/^(Tomorrow|Yesterday)/, (word) => word.toLowerCase());
}

export function exact(time: string): string {
  return format(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(time));
}

export const viewersZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// 'New York' of 'America/New_York'.
export function zoneCity(zone: string): string {
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

// Which day it is there, from Monday, and the minute of that day.
export function minuteOfWeek(time: Date, zone?: string): { day: number; minute: number } {
  const parts = format(zone, { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(time);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    day: weekdays.indexOf(of('weekday').toLowerCase() as Weekday),
    minute: Number(of('hour')) * 60 + Number(of('minute')),
  };
}

export function minutes(clockTime: string): number {
  const [hours = 0, rest = 0] = clockTime.split(':').map(Number);
  return hours * 60 + rest;
}

// 'Mon–Fri', 'Mon, Wed', 'every day'.
export function dayNames(days: readonly Weekday[] | undefined): string {
  if (days === undefined || days.length === 7) return 'every day';
  const at = days.map((each) => weekdays.indexOf(each)).sort((a, b) => a - b);
  const name = (index: number) => weekdays[index]!.replace(/^./, (letter) => letter.toUpperCase());
  const run = at.length > 2 && at.every((each, index) => index === 0 || each === at[index - 1]! + 1);
  return run ? `${name(at[0]!)}–${name(at[at.length - 1]!)}` : at.map(name).join(', ');
}

export function seconds(total: number): string {
  const rest = String(total % 60).padStart(2, '0');
  return total < 60 ? `${total} s` : `${Math.floor(total / 60)}:${rest} min`;
}
