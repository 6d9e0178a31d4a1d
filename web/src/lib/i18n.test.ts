// @vitest-environment node
import { expect, test } from 'vitest';
import { en } from './en';
import { durationText, explainEnd, joinNames, t, typingText } from './i18n';

test('parameters are filled in and plurals chosen', () => {
  expect(t('announce.burst', { count: 1 })).toBe('1 new message');
  expect(t('announce.burst', { count: 5 })).toBe('5 new messages');
  expect(t('announce.message', { name: '{text}', text: 'a{name}b' })).toBe('{text}: a{name}b');
});

test('names are listed up to two', () => {
  expect(joinNames([])).toBe('');
  expect(joinNames(['Ann'])).toBe('Ann');
  expect(joinNames(['Ann', 'Bob'])).toBe('Ann and Bob');
  expect(joinNames(['Ann', 'Bob', 'Cat', 'Dan'])).toBe('Ann, Bob and 2 others');
});

test('typing names two people and counts the others', () => {
  expect(typingText([])).toBe('');
  expect(typingText(['Ann'])).toBe('Ann is typing…');
  expect(typingText(['Ann', 'Bob'])).toBe('Ann and Bob are typing…');
  expect(typingText(['Ann', 'Bob', 'Cat', 'Dan'])).toBe('Ann, Bob and 2 others are typing…');
});

test('every end of a session is explained, a block with the way to appeal', () => {
  expect(explainEnd('account_blocked', 'Ann').text).toMatch(/write to the people who run this server/u);
  expect(explainEnd('other_account', 'Ann').text).toContain('as Ann');
});

test('durations are rounded up', () => {
  expect(durationText(1)).toBe('1 second');
  expect(durationText(12_400)).toBe('13 seconds');
  expect(durationText(121_000)).toBe('3 minutes');
});

test('plural entries have both forms and no sentence is empty', () => {
  for (const entry of Object.values(en)) {
    if (typeof entry === 'string') expect(entry).not.toBe('');
    else expect(Object.keys(entry)).toEqual(['one', 'other']);
  }
});
