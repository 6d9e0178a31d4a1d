// @vitest-environment node
import { expect, test } from 'vitest';
import type { MessageView } from '../protocol';
import { message } from './testing/views';
import { MessageWindow } from './window';

const seqs = (window: MessageWindow): number[] => window.messages.map(({ seq }) => seq);
const page = (from: number, to: number): MessageView[] => Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

function windowOf(from: number, to: number, hasOlder = true): MessageWindow {
  const window = new MessageWindow();
  window.replace(page(from, to), hasOlder);
  return window;
}

test('what is posted is appended, and what arrives out of order goes to its place', () => {
  const window = windowOf(1, 3, false);
  expect(window.apply(message(6))).toBe('added');
  expect(window.apply(message(5))).toBe('added');
  expect(seqs(window)).toEqual([1, 2, 3, 5, 6]);
});

test('a message comes once, and only a higher version changes it', () => {
  const window = windowOf(1, 3);
  expect(window.apply(message(2))).toBe('ignored');
  expect(window.apply(message(2, { version: 5, body: 'new' }))).toBe('changed');
  expect(window.apply(message(2, { version: 4, body: 'stale' }))).toBe('ignored');
  expect(window.find(1002)?.body).toBe('new');
});

test('a message that was posted and edited while we were away is put in by its seq', () => {
  const window = windowOf(1, 3);
  window.apply(message(5));
  window.apply(message(4, { version: 6, body: 'edited' }));
  expect(seqs(window)).toEqual([1, 2, 3, 4, 5]);
});

test('what lies outside the loaded stretch waits for its page, so that no gap arises', () => {
  const window = windowOf(10, 12);
  expect(window.apply(message(3, { version: 13 }))).toBe('ignored');
  window.detachEnd();
  expect(window.apply(message(14))).toBe('ignored');
  expect(seqs(window)).toEqual([10, 11, 12]);
});

test('the first message of an empty room is shown', () => {
  const window = new MessageWindow();
  expect(window.apply(message(1))).toBe('ignored');
  window.replace([], false);
  expect(window.apply(message(1))).toBe('added');
});

test('pages extend both ends without doubling what overlaps', () => {
  const window = windowOf(10, 12);
  window.extendOlder(page(7, 10), false);
  window.detachEnd();
  window.extendNewer(page(12, 14), false);
  expect(seqs(window)).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
  expect([window.reachedStart, window.reachedEnd]).toEqual([true, true]);
});

test('a page that is older than what is known does not take it back', () => {
  const window = windowOf(1, 3);
  window.apply(message(2, { version: 4, body: 'new' }));
  window.replace(page(1, 3), false);
  expect(window.find(1002)?.body).toBe('new');
});

test('the window is bounded and is cut at the end that is farther from the eye', () => {
  const live = windowOf(1, 2010, false);
  live.trim(null);
  expect([live.firstSeq, live.lastSeq, live.reachedStart, live.reachedEnd]).toEqual([11, 2010, false, true]);

  const reading = windowOf(1, 2010, false);
  reading.trim({ first: 1, last: 20 });
  expect([reading.firstSeq, reading.lastSeq, reading.reachedStart, reading.reachedEnd]).toEqual([1, 2000, true, false]);
});

test('any order of the same frames, with any repetitions, ends as a fresh page does', () => {
  // A small generator with a fixed seed, so that a failure can be repeated.
  let seed = 20261121;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let round = 0; round < 200; round += 1) {
    const room = new Map<number, MessageView>();
    const frames: MessageView[] = [];
    let version = 0;
    const post = (): void => {
      version += 1;
      room.set(version, message(version));
      frames.push(message(version));
    };
    for (let count = 0; count < 5; count += 1) post();
    const window = new MessageWindow();
    window.replace([...room.values()], false);
    for (let count = 0; count < 40; count += 1) {
      const own = [...room.values()];
      const chosen = own[random(own.length)];
      if (random(3) === 0 || chosen === undefined) {
        post();
        continue;
      }
      version += 1;
      const changed = { ...chosen, version, body: `version ${version}` };
      room.set(chosen.seq, changed);
      frames.push(changed);
    }
    const shuffled = [...frames, ...frames].map((frame) => ({ frame, at: random(1_000_000) })).sort((a, b) => a.at - b.at);
    for (const { frame } of shuffled) window.apply(frame);
    expect(window.messages).toEqual([...room.values()].sort((a, b) => a.seq - b.seq));
  }
});
