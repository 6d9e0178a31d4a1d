import { expect, test } from 'vitest';
import type { MessageRow, TimelineRow } from '../../lib/contract';
import { RowWindow } from './row-window.svelte';

const row = (seq: number): MessageRow => ({
  kind: 'message',
  key: `m${seq}`,
  id: seq,
  seq,
  clientKey: `c${seq}`,
  own: false,
  authorId: 1,
  author: 'Ann',
  username: 'ann',
  body: 'hi',
  at: '2026-11-21T10:00:00Z',
  edited: false,
  deleted: false,
  delivery: 'sent',
  reason: '',
  starts: true,
  ends: true,
});
const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => row(from + index));
const shown = (window: RowWindow) => window.days.flatMap((day) => day.rows.map((each) => (each.kind === 'message' ? each.seq : null)));

function windowOver(initial: readonly TimelineRow[]) {
  let current = $state.raw(initial);
  const box = {
    set rows(next: readonly TimelineRow[]) {
      current = next;
    },
  };
  return { box, window: new RowWindow(() => current) };
}

test('it begins at the latest rows and follows the end', () => {
  const { box, window } = windowOver(rows(1, 501));
  expect(shown(window).at(-1)).toBe(500);
  box.rows = rows(1, 502);
  expect(shown(window).at(-1)).toBe(501);
  expect(window.followsEnd).toBe(true);
});

test('rows that come in front change nothing of what is shown', () => {
  const { box, window } = windowOver(rows(200, 400));
  window.pin();
  const before = shown(window);
  box.rows = rows(100, 400);
  expect(shown(window)).toEqual(before);
  expect(window.startsAtFirst).toBe(false);
});

test('it reaches the first row and stays bounded on the way there and back', () => {
  const { window } = windowOver(rows(1, 2001));
  window.pin();
  while (window.extendUp()) expect(shown(window).length).toBeLessThanOrEqual(160);
  expect(window.startsAtFirst).toBe(true);
  expect(shown(window)[0]).toBe(1);
  while (window.extendDown()) expect(shown(window).length).toBeLessThanOrEqual(160);
  expect(window.followsEnd).toBe(true);
});

test('it is trimmed at the far side of where the reader stands', () => {
  const { box, window } = windowOver(rows(1, 101));
  window.pin();
  const first = shown(window)[0];
  box.rows = rows(1, 501);
  window.trim(false);
  expect(shown(window)[0]).toBe(first);
  expect(shown(window).length).toBeLessThanOrEqual(160);
  window.toEnd();
  expect(shown(window).at(-1)).toBe(500);
});

test('a row of a day carries the date line that stands before the slice', () => {
  const { window } = windowOver([{ kind: 'date', key: 'd', day: '2026-11-21' }, ...rows(1, 300)]);
  expect(window.days).toHaveLength(1);
  expect(window.days[0]?.date?.day).toBe('2026-11-21');
});
