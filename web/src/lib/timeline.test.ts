// @vitest-environment node
import { expect, test } from 'vitest';
import type { MessageView } from '../protocol';
import type { MessageRow, OutboxItem, TimelineRow } from './contract';
import type { PresenceNotice } from './notices';
import { ann, bob, cat, message } from './testing/views';
import { buildRows, type TimelineFacts } from './timeline';

const at = (time: string): { created_at: string } => ({ created_at: `2026-11-20T${time}Z` });
const item = (clientKey: string, more: Partial<OutboxItem> = {}): OutboxItem => ({
  clientKey,
  roomId: 1,
  body: clientKey,
  createdAt: Date.parse('2026-11-20T10:00:00Z'),
  state: 'pending',
  reason: '',
  ...more,
});

function rows(messages: readonly MessageView[], more: Partial<TimelineFacts> = {}, previous: readonly TimelineRow[] = []): TimelineRow[] {
  const people = new Map([ann, bob, cat].map((user) => [user.id, user.display_name]));
  return buildRows({ messages, outbox: [], notices: [], me: ann, nameOf: (id) => people.get(id), ...more }, previous);
}

/** `[` starts a group, `]` ends one: `[1 2] [3]`. Date lines are `|`, system lines `*`. */
function groups(found: readonly TimelineRow[]): string {
  const drawn = found.map((row) => {
    if (row.kind === 'date') return '|';
    if (row.kind === 'system') return '*';
    return `${row.starts ? '[' : ''}${row.seq ?? row.clientKey}${row.ends ? ']' : ''}`;
  });
  return drawn.join(' ');
}

test('messages of one author within five minutes share a header', () => {
  const found = rows([message(1, at('09:00:00')), message(2, at('09:05:00')), message(3, at('09:10:01'))]);
  expect(groups(found)).toBe('| [1 2] [3]');
});

test('another author breaks the group', () => {
  expect(groups(rows([message(1), message(2, { author: cat }), message(3)]))).toBe('| [1] [2] [3]');
});

test('a date line breaks the group and follows the zone of the reader', () => {
  // Midnight in the zone of the test run is 23:00 UTC.
  const found = rows([message(1, at('22:59:00')), message(2, at('23:01:00'))]);
  expect(groups(found)).toBe('| [1] | [2]');
  expect(found.filter((row) => row.kind === 'date').map((row) => row.day)).toEqual(['2026-11-20', '2026-11-21']);
});

test('a clock that was set back on the server makes no second line for the same day', () => {
  const found = rows([message(1, at('23:30:00')), message(2, at('22:30:00')), message(3, at('23:31:00'))]);
  expect(found.filter((row) => row.kind === 'date')).toHaveLength(1);
});

test('grouping is right after a deletion in the middle, without a trace of the text', () => {
  const deleted = message(2, { ...at('09:01:00'), version: 9, body: '', deleted_at: '2026-11-20T09:30:00Z', edited_at: '2026-11-20T09:10:00Z' });
  const found = rows([message(1, at('09:00:00')), deleted, message(3, at('09:02:00'))]);
  expect(groups(found)).toBe('| [1 2 3]');
  expect(found[2]).toMatchObject({ deleted: true, edited: false, body: '' });
});

test('grouping is right after an older page was put in front', () => {
  const later = [message(3, at('09:04:00')), message(4, at('09:05:00'))];
  expect(groups(rows(later))).toBe('| [3 4]');
  expect(groups(rows([message(2, at('09:03:00')), ...later]))).toBe('| [2 3 4]');
});

test('grouping is right after a message arrived out of order', () => {
  const before = rows([message(1), message(3)]);
  expect(groups(before)).toBe('| [1 3]');
  expect(groups(rows([message(1), message(2, { author: cat }), message(3)], {}, before))).toBe('| [1] [2] [3]');
});

test('what waits to be sent stands at the end, in order, and joins the own group', () => {
  const found = rows([message(1, { author: ann, ...at('09:58:00') })], { outbox: [item('a'), item('b')] });
  expect(groups(found)).toBe('| [1 a b]');
  expect(found.slice(2)).toMatchObject([
    { own: true, id: null, seq: null, delivery: 'pending', author: 'Ann' },
    { body: 'b', delivery: 'pending' },
  ]);
});

test('an acknowledged message stays in its row: the same key, never twice', () => {
  const before = rows([message(1)], { outbox: [item('mine')] });
  const posted = message(2, { author: ann, client_key: 'mine', body: 'mine' });
  const both = rows([message(1), posted], { outbox: [item('mine')] }, before);
  const after = rows([message(1), posted], {}, both);
  expect(both.map((row) => row.key)).toEqual(before.map((row) => row.key));
  expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key));
  expect(after.at(-1)).toMatchObject({ id: 1002, delivery: 'sent' });
});

test("somebody else's message with the same client key is another message", () => {
  const found = rows([message(1, { client_key: 'mine' })], { outbox: [item('mine')] });
  expect(new Set(found.map((row) => row.key)).size).toBe(3);
});

test('a slow clock on this device puts no pending message before what is there', () => {
  const found = rows([message(1, at('23:30:00'))], { outbox: [item('a', { createdAt: Date.parse('2020-01-01T00:00:00Z') })] });
  expect(groups(found)).toBe('| [1] [a]');
  expect((found.at(-1) as MessageRow).at).toBe('2026-11-20T23:30:00.000Z');
});

test('join and leave lines stand where they happened and break groups', () => {
  const notice = (afterSeq: number, came: boolean): PresenceNotice => ({
    id: afterSeq,
    came,
    userIds: [2, 3],
    afterSeq,
    at: Date.parse('2026-11-20T09:01:30Z'),
  });
  const found = rows([message(1), message(2)], { notices: [notice(0, true), notice(1, true), notice(2, false)] });
  expect(groups(found)).toBe('| [1] * [2] *');
  expect(found.filter((row) => row.kind === 'system').map((row) => row.text)).toEqual(['Bob and Cat joined', 'Bob and Cat left']);
});

test('names are those of today', () => {
  const found = rows([message(1)], { nameOf: (id) => (id === 2 ? 'Robert' : undefined) });
  expect(found[1]).toMatchObject({ author: 'Robert', username: 'bob' });
});

test('a row that did not change is the same object, so that nothing is drawn again', () => {
  const before = rows([message(1), message(2)]);
  const after = rows([message(1), message(2, { version: 3, body: 'edited', edited_at: '2026-11-20T10:00:00Z' })], {}, before);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).not.toBe(before[2]);
  expect(after[2]).toMatchObject({ edited: true, body: 'edited' });
});
