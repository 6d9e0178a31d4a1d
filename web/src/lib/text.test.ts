// @vitest-environment node
import { expect, test } from 'vitest';
import { avatarOf } from './avatar';
import { countChars, graphemes, isBlank, judgeBody, sendable } from './text';

test('characters are counted as the server counts them', () => {
  expect(countChars('abc')).toBe(3);
  expect(countChars('😀😀')).toBe(2);
  expect(countChars('👨‍👩‍👧')).toBe(5);
  expect(countChars('e\u0301')).toBe(2);
  expect(countChars('\ud800x')).toBe(2);
});

test.each(['', ' ', '\n\t ', '\u200b\u200d', '\u3164', '\u2800', '\u2067', '\u{e0020}'])('%j is blank', (text) => {
  expect(isBlank(text)).toBe(true);
});

test.each(['.', ' a ', '\u0301', '0', '😀'])('%j is not blank', (text) => {
  expect(isBlank(text)).toBe(false);
});

test('the counter shows from 80 % on and turns into a refusal above the limit', () => {
  expect(judgeBody('x'.repeat(3199))).toEqual({ kind: 'ok' });
  expect(judgeBody('x'.repeat(3200))).toEqual({ kind: 'near', left: 800 });
  expect(judgeBody('x'.repeat(4000))).toEqual({ kind: 'near', left: 0 });
  expect(judgeBody('x'.repeat(4001))).toEqual({ kind: 'too_long', over: 1 });
  expect(judgeBody('😀'.repeat(2000))).toEqual({ kind: 'ok' });
  expect(judgeBody('😀'.repeat(4000))).toEqual({ kind: 'near', left: 0 });
  expect(judgeBody('  ')).toEqual({ kind: 'blank' });
});

test('what JSON or the server cannot carry is repaired before it is sent', () => {
  expect(sendable('a\ud800b\0c')).toBe('a\ufffdbc');
  expect(sendable('  kept  \n')).toBe('  kept  \n');
});

test('graphemes stay whole', () => {
  expect(graphemes('👨‍👩‍👧e\u0301x', 2)).toEqual(['👨‍👩‍👧', 'e\u0301']);
});

test('an avatar has the letters of first and last name and a hue that a new name does not change', () => {
  expect(avatarOf(1, 'Ann Bell').letters).toBe('AB');
  expect(avatarOf(1, 'ann').letters).toBe('AN');
  expect(avatarOf(1, 'ann_van-dyk').letters).toBe('AD');
  expect(avatarOf(1, '🏳️‍🌈 Zoë').letters).toBe('🏳️‍🌈Z');
  expect(avatarOf(7, 'Ann').hue).toBe(avatarOf(7, 'Bea').hue);
  const hues = [1, 2, 3, 4].map((id) => avatarOf(id, 'x').hue);
  for (const hue of hues) expect(hue).toSatisfy((value: number) => Number.isInteger(value) && value >= 0 && value < 360);
  expect(new Set(hues).size).toBe(4);
});
