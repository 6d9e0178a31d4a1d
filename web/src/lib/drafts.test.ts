import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStore } from './browser';
import { Drafts } from './drafts';

const changed = vi.fn();
let drafts: Drafts;

function otherTab(roomId: number, value: string | null, userId = 1): void {
  const key = `chatterbox.draft.${userId}.${roomId}`;
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
  window.dispatchEvent(new StorageEvent('storage', { key, newValue: value, storageArea: localStorage }));
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  changed.mockReset();
  drafts = new Drafts(openStore(), 1, changed);
});
afterEach(() => {
  drafts.close();
  vi.useRealTimers();
});

const reloaded = (userId = 1): Drafts => new Drafts(openStore(), userId, () => undefined);

test('a draft is saved within 500 ms, even while typing goes on, and is there after a reload', () => {
  for (let typed = 1; typed <= 5; typed += 1) {
    drafts.set(7, 'x'.repeat(typed));
    vi.advanceTimersByTime(100);
  }
  expect(reloaded().get(7)).toMatch(/^x{3,}$/u);
  vi.advanceTimersByTime(500);
  expect(reloaded().get(7)).toBe('xxxxx');
  expect(reloaded().get(8)).toBe('');
});

test('leaving the page saves at once', () => {
  drafts.set(7, 'last words');
  window.dispatchEvent(new Event('pagehide'));
  expect(reloaded().get(7)).toBe('last words');
});

test('a draft that was sent or deleted does not come back', () => {
  drafts.set(7, 'sent');
  drafts.set(7, '');
  vi.advanceTimersByTime(1000);
  window.dispatchEvent(new Event('pagehide'));
  expect([drafts.get(7), reloaded().get(7)]).toEqual(['', '']);
});

test("drafts are an account's own", () => {
  drafts.set(7, 'private');
  vi.advanceTimersByTime(500);
  expect(reloaded(2).get(7)).toBe('');
});

test('the draft of another tab follows, and its deletion too', () => {
  otherTab(7, 'from there');
  otherTab(7, null);
  otherTab(7, 'not mine', 2);
  expect(changed.mock.calls).toEqual([
    [7, 'from there'],
    [7, ''],
  ]);
});

test('what is being typed here is not overwritten from there', () => {
  drafts.set(7, 'typing');
  otherTab(7, 'from there');
  expect(changed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(500);
  expect(reloaded().get(7)).toBe('typing');
});
