// @vitest-environment node
import { expect, test } from 'vitest';
import { dayKey, dayLabel, fullTime, shortTime, untilMidnight } from './time';

// The test run's zone is Europe/Berlin: UTC+1 in winter, UTC+2 in summer (vite.config.ts).

test('days follow the zone of the reader, not UTC', () => {
  expect(dayKey('2026-11-20T22:59:59Z')).toBe('2026-11-20');
  expect(dayKey('2026-11-20T23:00:00Z')).toBe('2026-11-21');
  expect(dayKey('2026-07-20T22:00:00Z')).toBe('2026-07-21');
});

test('days are named by how far they are', () => {
  expect(dayLabel('2026-11-21', '2026-11-21')).toBe('Today');
  expect(dayLabel('2026-11-20', '2026-11-21')).toBe('Yesterday');
  expect(dayLabel('2025-12-31', '2026-01-01')).toBe('Yesterday');
  // The day after the clocks changed had 25 hours before it.
  expect(dayLabel('2026-10-25', '2026-10-26')).toBe('Yesterday');
  expect(dayLabel('2026-11-16', '2026-11-21')).toMatch(/Monday/u);
  expect(dayLabel('2026-11-16', '2026-11-21')).not.toMatch(/2026/u);
  expect(dayLabel('2025-11-16', '2026-11-21')).toMatch(/2025/u);
});

test('the tooltip has the full date and the zone', () => {
  expect(fullTime('2026-11-20T12:00:00Z')).toMatch(/2026.*13:00:00|1:00:00/u);
  expect(fullTime('2026-11-20T12:00:00Z')).toMatch(/GMT\+1|CET/u);
  expect(shortTime('2026-11-20T12:05:00Z')).toMatch(/1:05|13:05/u);
});

test('midnight is found on days of 23 and 25 hours too', () => {
  const hour = 3_600_000;
  expect(untilMidnight(Date.parse('2026-11-20T22:00:00Z'))).toBe(hour);
  expect(untilMidnight(Date.parse('2026-03-28T23:00:00Z'))).toBe(23 * hour);
  expect(untilMidnight(Date.parse('2026-10-24T22:00:00Z'))).toBe(25 * hour);
});
