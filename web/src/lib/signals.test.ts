import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Announcer, announcementOf } from './announce';
import { addNotice, type PresenceNotice } from './notices';
import { ReadMark } from './readMark';
import { TypingPeople, TypingSignal } from './typing.svelte';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('typing', () => {
  test('is sent at most every three seconds while typing goes on', () => {
    const said: boolean[] = [];
    const signal = new TypingSignal((active) => said.push(active));
    for (let tenths = 0; tenths < 65; tenths += 1) {
      signal.typed(true);
      vi.advanceTimersByTime(100);
    }
    expect(said).toEqual([true, true, true]);
  });

  test('stops at once when the field becomes empty or the message is sent, and only then', () => {
    const said: boolean[] = [];
    const signal = new TypingSignal((active) => said.push(active));
    signal.typed(false);
    signal.typed(true);
    signal.typed(false);
    signal.typed(false);
    expect(said).toEqual([true, false]);
  });

  test('begun again soon after stopping, it is said as soon as three seconds have passed, if still true', () => {
    const said: boolean[] = [];
    const signal = new TypingSignal((active) => said.push(active));
    signal.typed(true);
    signal.typed(false);
    signal.typed(true);
    vi.advanceTimersByTime(2900);
    expect(said).toEqual([true, false]);
    vi.advanceTimersByTime(200);
    expect(said).toEqual([true, false, true]);
    signal.typed(false);
    signal.typed(true);
    signal.typed(false);
    vi.advanceTimersByTime(5000);
    expect(said).toEqual([true, false, true, false]);
  });

  test('is shown for five seconds unless it is repeated', () => {
    const people = new TypingPeople();
    people.set(2, true);
    vi.advanceTimersByTime(4000);
    people.set(2, true);
    people.set(3, true);
    vi.advanceTimersByTime(4900);
    expect(people.ids).toEqual([2, 3]);
    vi.advanceTimersByTime(200);
    expect(people.ids).toEqual([]);
  });

  test('disappears when they stop', () => {
    const people = new TypingPeople();
    people.set(2, true);
    people.set(2, false);
    expect(people.ids).toEqual([]);
  });
});

describe('announcements', () => {
  test('say name and text, and count bursts', () => {
    expect(announcementOf([])).toBe('');
    expect(announcementOf([{ name: 'Ann', text: 'hello\n  there' }])).toBe('Ann: hello there');
    expect(announcementOf(Array.from({ length: 5 }, () => ({ name: 'Ann', text: 'x' })))).toBe('5 new messages');
    expect(announcementOf([{ name: 'Ann', text: 'x'.repeat(4000) }]).length).toBeLessThan(220);
  });

  test('merge what comes together, and the same words again are said again', () => {
    const said: string[] = [];
    const announcer = new Announcer((text) => said.push(text));
    announcer.hear({ name: 'Ann', text: 'ok' });
    vi.advanceTimersByTime(1000);
    for (let count = 0; count < 3; count += 1) announcer.hear({ name: 'Bob', text: 'x' });
    vi.advanceTimersByTime(6000);
    announcer.hear({ name: 'Ann', text: 'ok' });
    vi.advanceTimersByTime(1000);
    expect(said).toEqual(['Ann: ok', '3 new messages', '', 'Ann: ok']);
  });
});

describe('join and leave lines', () => {
  const change = (came: boolean, userIds: number[], afterSeq = 5): Omit<PresenceNotice, 'id'> => ({ came, userIds, afterSeq, at: 0 });
  const after = (...changes: Omit<PresenceNotice, 'id'>[]): string[] =>
    changes.reduce<readonly PresenceNotice[]>(addNotice, []).map(({ came, userIds }) => `${came ? '+' : '-'}${userIds.join()}`);

  test('people who do the same share a line', () => {
    expect(after(change(true, [2]), change(true, [3, 2]))).toEqual(['+2,3']);
  });

  test('who leaves and comes back between two messages has done nothing', () => {
    expect(after(change(false, [2]), change(true, [2]))).toEqual([]);
    expect(after(change(true, [2, 3]), change(false, [2]))).toEqual(['+3']);
  });

  test('a message between them keeps both lines', () => {
    expect(after(change(true, [2], 5), change(false, [2], 6))).toEqual(['+2', '-2']);
  });

  test('their number is bounded, and their ids stay unique', () => {
    let notices: readonly PresenceNotice[] = [];
    for (let seq = 0; seq < 200; seq += 1) notices = addNotice(notices, change(true, [2], seq));
    expect(notices).toHaveLength(50);
    expect(new Set(notices.map(({ id }) => id)).size).toBe(50);
  });
});

describe('the read mark', () => {
  test('tells the latest place only, not every line, and never goes back', async () => {
    const told: number[] = [];
    const mark = new ReadMark(async (seq) => void told.push(seq));
    for (const seq of [3, 4, 9, 5]) mark.set(seq);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([3, 9]);
    mark.close();
  });

  test('is told again after a cut', async () => {
    const told: number[] = [];
    let connected = false;
    const mark = new ReadMark(async (seq) => {
      if (!connected) throw new Error('cut');
      told.push(seq);
    });
    mark.set(4);
    await vi.advanceTimersByTimeAsync(1000);
    connected = true;
    mark.resume();
    await vi.advanceTimersByTimeAsync(0);
    expect(told).toEqual([4]);
    mark.close();
  });
});
