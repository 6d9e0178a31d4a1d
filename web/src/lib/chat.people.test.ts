import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Room } from './room.svelte';
import { ChatBench } from './testing/chat';
import { ann, bob, cat, direct, lobby, message, person } from './testing/views';

let bench: ChatBench;

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(new Date('2026-11-20T12:00:00Z'));
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  bench = new ChatBench();
});
afterEach(() => {
  bench.close();
  vi.useRealTimers();
});

function room(id = 1): Room {
  const found = bench.chat.room(id);
  if (found === undefined) throw new Error(`there is no room ${id}`);
  return found;
}

const mine = (seq: number, clientKey: unknown, body: string) => message(seq, { author: ann, client_key: String(clientKey), body });

describe('unread', () => {
  test('what others post counts, what we post does not, and what is deleted counts no more', async () => {
    await bench.start(0);
    bench.post(message(1));
    bench.post(mine(2, 'a', 'x'));
    bench.post(message(3));
    expect(room().unread).toBe(2);
    bench.socket.say({ type: 'message_changed', message: message(1, { version: 4, body: '', deleted_at: '2026-11-20T11:00:00Z' }) });
    bench.socket.say({ type: 'message_changed', message: message(3, { version: 5, body: 'edited' }) });
    expect([room().unread, bench.chat.unread]).toEqual([1, 1]);
  });

  test('what the welcome has counted is not counted again when it arrives', async () => {
    await bench.start(2);
    await bench.reconnect();
    bench.welcome([lobby({ cursor: 4, unread: 2 })]);
    for (const seq of [3, 4]) bench.socket.say({ type: 'message_posted', message: message(seq) });
    expect(room().unread).toBe(2);
    bench.socket.say({ type: 'message_posted', message: message(5) });
    expect(room().unread).toBe(3);
  });

  test('reading tells the server once and takes effect at once; other devices follow', async () => {
    await bench.start(0);
    for (const seq of [1, 2, 3]) bench.post(message(seq));
    room().markRead(2);
    room().markRead(1);
    expect([room().unread, room().lastReadSeq]).toEqual([1, 2]);
    expect(bench.socket.of('read').map((frame) => frame['seq'])).toEqual([2]);
    bench.socket.say({ type: 'read_changed', room_id: 1, last_read_seq: 3, unread: 0 });
    expect(room().unread).toBe(0);
    bench.socket.say({ type: 'read_changed', room_id: 1, last_read_seq: 2, unread: 1 });
    expect([room().unread, room().lastReadSeq]).toEqual([0, 3]);
  });

  test('what was read during a cut is told when the connection is back', async () => {
    await bench.start(0);
    bench.post(message(1));
    bench.socket.cut();
    room().markRead(1);
    await vi.advanceTimersByTimeAsync(1000);
    bench.welcome([lobby({ cursor: 1, unread: 1 })]);
    await bench.settle();
    expect([room().unread, bench.socket.of('read').map((frame) => frame['seq'])]).toEqual([0, [1]]);
  });
});

describe('people', () => {
  const system = (): string[] => room().rows.flatMap((row) => (row.kind === 'system' ? [row.text] : []));

  test('who is online is listed with a live count, and coming and going is told', async () => {
    await bench.start(1);
    expect([bench.chat.online.map(({ display_name }) => display_name), bench.chat.onlineCount]).toEqual([['Ann', 'Bob'], 2]);
    bench.socket.say({ type: 'presence', came: [3], went: [2], online_count: 2, listed: true });
    expect(bench.chat.online.map(({ display_name }) => display_name)).toEqual(['Ann', 'Cat']);
    expect(system()).toEqual(['Bob left', 'Cat joined']);
  });

  test('above fifty people online the lines stop', async () => {
    await bench.start(1);
    bench.socket.say({ type: 'presence', came: [3], went: [], online_count: 51, listed: true });
    expect(system()).toEqual([]);
  });

  test('our own cut makes nobody else join', async () => {
    await bench.start(1);
    await bench.reconnect();
    bench.welcome(undefined, [ann]);
    bench.socket.say({ type: 'presence', came: [2], went: [], online_count: 2, listed: true });
    expect(system()).toEqual([]);
    expect(bench.chat.isOnline(2)).toBe(true);
  });

  test('somebody whom the welcome has listed does not join once more', async () => {
    await bench.start(1);
    bench.socket.say({ type: 'presence', came: [1, 2], went: [3], online_count: 2, listed: true });
    expect(system()).toEqual([]);
  });

  test('when too many are online, only the people shown are asked about', async () => {
    await bench.start(0);
    bench.socket.say({ type: 'room_changed', room: direct(5, bob) });
    bench.socket.say({ type: 'presence', came: [], went: [], online_count: 2000, listed: false });
    expect([bench.chat.onlineListed, bench.chat.online, bench.chat.onlineCount]).toEqual([false, [], 2000]);
    expect(bench.socket.of('presence_query').map((frame) => frame['user_ids'])).toEqual([[2]]);
    bench.answer('presence_query', { online: [2] });
    await bench.settle();
    expect(bench.chat.isOnline(2)).toBe(true);
  });

  test('a new name shows everywhere at once', async () => {
    await bench.start(1);
    bench.socket.say({ type: 'user_changed', user: { ...bob, display_name: 'Robert' } });
    expect(room().rows.at(-1)).toMatchObject({ author: 'Robert' });
  });

  test('typing is shown for others in the room, and ends with their message', async () => {
    await bench.start(0);
    bench.socket.say({ type: 'typing', room_id: 1, user_id: 2, active: true });
    bench.socket.say({ type: 'typing', room_id: 1, user_id: 1, active: true });
    expect(room().typing.map(({ display_name }) => display_name)).toEqual(['Bob']);
    bench.post(message(1));
    expect(room().typing).toEqual([]);
  });

  test('only the room on screen is watched', async () => {
    await bench.start(0);
    bench.socket.say({ type: 'room_changed', room: direct(5, bob) });
    bench.chat.openRoom(5);
    expect(bench.socket.of('watch').map((frame) => frame['room_ids'])).toEqual([[1], [5]]);
  });
});

describe('announcements', () => {
  test('are made for new messages of others in the room on screen, and not for history, edits or own ones', async () => {
    await bench.start(60);
    await room().loadOlder();
    bench.post(mine(61, 'a', 'own'));
    bench.socket.say({ type: 'message_changed', message: message(20, { version: 62, body: 'edited' }) });
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.chat.announcement).toBe('');
    bench.post(message(63, { body: 'hello' }));
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.chat.announcement).toBe('Bob: hello');
  });
});

describe('finding and moving', () => {
  async function withDirects(): Promise<void> {
    await bench.start(0);
    bench.socket.say({ type: 'room_changed', room: direct(5, bob) });
    bench.socket.say({ type: 'room_changed', room: direct(6, cat, { unread: 3 }) });
  }

  test('the Lobby stands first, then the latest activity', async () => {
    await withDirects();
    expect(bench.chat.rooms.map(({ name }) => name)).toEqual(['Lobby', 'Cat', 'Bob']);
    bench.socket.say({ type: 'message_posted', message: message(1, { id: 5000, room_id: 5 }) });
    expect(bench.chat.rooms.map(({ name }) => name)).toEqual(['Lobby', 'Bob', 'Cat']);
  });

  test('the switcher lists unread rooms first, and people without a room', async () => {
    await withDirects();
    bench.socket.say({ type: 'user_changed', user: person(9, 'Dora') });
    expect(bench.chat.findDestinations('').map(({ name }) => name)).toEqual(['Cat', 'Lobby', 'Bob', 'Dora']);
    expect(bench.chat.findDestinations('dr')).toMatchObject([{ kind: 'person', id: 9, detail: '@dora', matches: [0, 2] }]);
  });

  test('Alt+↓ and Alt+↑ go around', async () => {
    await withDirects();
    const visited = [1, 1, 1, -1].map((step) => {
      bench.chat.openNeighbour(step as 1 | -1);
      return bench.chat.current?.name;
    });
    expect(visited).toEqual(['Cat', 'Bob', 'Lobby', 'Bob']);
  });

  test('a conversation is opened or found', async () => {
    await withDirects();
    bench.server.on('POST /direct', () => ({ status: 200, body: { room: direct(7, person(9, 'Dora')) } }));
    expect(await bench.chat.openDirect(2)).toEqual({ ok: true });
    expect([bench.chat.current?.id, bench.server.to('POST /direct').length]).toEqual([5, 0]);
    await bench.chat.openDirect(9);
    expect([bench.chat.current?.id, bench.chat.current?.kind]).toEqual([7, 'direct']);
  });

  test('a pencil marks rooms with a draft, but not the one on screen', async () => {
    await withDirects();
    room(5).draft = 'later';
    room(1).draft = 'now';
    expect([room(5).hasDraft, room(1).hasDraft]).toEqual([true, false]);
  });
});
