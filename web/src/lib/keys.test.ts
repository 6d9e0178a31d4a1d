// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { appAction, composerAction, startsTyping, type ComposerFacts, type Key } from './keys';

const key = (name: string, more: Partial<Key> = {}): Key => ({
  key: name,
  keyCode: 0,
  isComposing: false,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});
const facts = (more: Partial<ComposerFacts> = {}): ComposerFacts => ({
  sendKey: 'enter',
  touch: false,
  empty: false,
  editing: false,
  sinceComposition: Number.POSITIVE_INFINITY,
  ...more,
});

describe('Enter', () => {
  test.each([
    ['sends', key('Enter'), facts(), 'send'],
    ['with Shift breaks the line', key('Enter', { shiftKey: true }), facts(), 'none'],
    ['breaks the line when the setting says so', key('Enter'), facts({ sendKey: 'mod_enter' }), 'none'],
    ['with Ctrl sends when the setting says so', key('Enter', { ctrlKey: true }), facts({ sendKey: 'mod_enter' }), 'send'],
    ['with Cmd sends when the setting says so', key('Enter', { metaKey: true }), facts({ sendKey: 'mod_enter' }), 'send'],
    ['breaks the line on touch devices', key('Enter'), facts({ touch: true }), 'none'],
  ] as const)('%s', (_what, pressed, given, action) => {
    expect(composerAction(pressed, given)).toBe(action);
  });

  test.each([
    ['isComposing', key('Enter', { isComposing: true }), facts()],
    ['keyCode 229', key('Enter', { keyCode: 229 }), facts()],
    ["Safari's keydown after compositionend", key('Enter'), facts({ sinceComposition: 5 })],
  ] as const)('never sends during composition: %s', (_what, pressed, given) => {
    expect(composerAction(pressed, given)).toBe('none');
  });

  test('sends again once the composition is long over', () => {
    expect(composerAction(key('Enter'), facts({ sinceComposition: 500 }))).toBe('send');
  });
});

test('↑ edits the own last message only from the empty composer', () => {
  expect(composerAction(key('ArrowUp'), facts({ empty: true }))).toBe('edit_last');
  expect(composerAction(key('ArrowUp'), facts())).toBe('none');
  expect(composerAction(key('ArrowUp', { altKey: true }), facts({ empty: true }))).toBe('none');
  expect(composerAction(key('ArrowUp'), facts({ empty: true, editing: true }))).toBe('none');
});

test('Esc cancels an edit and nothing else', () => {
  expect(composerAction(key('Escape'), facts({ editing: true }))).toBe('cancel_edit');
  expect(composerAction(key('Escape'), facts())).toBe('none');
});

test('Ctrl+K and Cmd+K open the switcher, Alt with arrows changes rooms', () => {
  expect(appAction(key('k', { ctrlKey: true }))).toBe('switcher');
  expect(appAction(key('K', { metaKey: true }))).toBe('switcher');
  expect(appAction(key('k', { ctrlKey: true, shiftKey: true }))).toBe('none');
  expect(appAction(key('k'))).toBe('none');
  expect(appAction(key('ArrowUp', { altKey: true }))).toBe('previous_room');
  expect(appAction(key('ArrowDown', { altKey: true }))).toBe('next_room');
  expect(appAction(key('ArrowDown', { altKey: true, shiftKey: true }))).toBe('none');
});

test('typing anywhere starts with a character, not with a command', () => {
  expect(startsTyping(key('a'))).toBe(true);
  expect(startsTyping(key('Ä', { shiftKey: true }))).toBe(true);
  expect(startsTyping(key('😀'))).toBe(true);
  expect(startsTyping(key('Tab'))).toBe(false);
  expect(startsTyping(key(' '))).toBe(false);
  expect(startsTyping(key('a', { ctrlKey: true }))).toBe(false);
});
