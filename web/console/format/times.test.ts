import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, dayAndClock, dayName, dayNames, minuteOfWeek, minutes, seconds, zoneCity } from './times.ts';

const now = new Date('2026-11-27T12:00:00Z');

test('days have names near now, and dates further off', () => {
  assert.equal(dayName('2026-11-27T01:00:00Z', now, 'UTC'), 'Today');
  assert.equal(dayName('2026-11-26T23:59:00Z', now, 'UTC'), 'Yesterday');
  assert.equal(dayName('2026-11-28T00:00:00Z', now, 'UTC'), 'Tomorrow');
  assert.equal(dayName('2026-11-12T00:00:00Z', now, 'UTC'), '12 Nov');
  assert.equal(dayName('2025-11-12T00:00:00Z', now, 'UTC'), '12 Nov 2025');
});

test('the day is that of the zone', () => {
  assert.equal(dayName('2026-11-27T03:00:00Z', now, 'America/New_York'), 'Yesterday');
  assert.equal(clock('2026-11-27T03:00:00Z', 'America/New_York'), '22:00');
  assert.equal(dayAndClock('2026-11-28T13:00:00Z', now, 'America/New_York'), 'Tomorrow 08:00');
});

test('where in the week it is, there', () => {
  assert.deepEqual(minuteOfWeek(now, 'UTC'), { day: 4, minute: 720 });
  assert.deepEqual(minuteOfWeek(new Date('2026-11-30T04:30:00Z'), 'America/New_York'), { day: 6, minute: 1410 });
});

test('days in a row are a span', () => {
  assert.equal(dayNames(undefined), 'every day');
  assert.equal(dayNames(['mon', 'tue', 'wed', 'thu', 'fri']), 'Mon–Fri');
  assert.equal(dayNames(['wed', 'mon']), 'Mon, Wed');
});

test('small things', () => {
  assert.equal(minutes('17:30'), 1050);
  assert.equal(minutes('24:00'), 1440);
  assert.equal(seconds(42), '42 s');
  assert.equal(seconds(185), '3:05 min');
  assert.equal(zoneCity('America/New_York'), 'New York');
});
