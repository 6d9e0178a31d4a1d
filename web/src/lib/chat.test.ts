import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Room } from './room.svelte';
import { ChatBench } from './testing/chat';
import { problem } from './testing/fakeApi';
import { ann, bob, direct, lobby, message } from './testing/views';

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

describe('sending', () => {
  test('a message is in the timeline at once and is acknowledged in its place', async () => {
    await bench.start(1);
    room().send('hello');
    expect(bench.shown).toEqual(['message 1', 'hello (pending)']);
    const key = room().rows.at(-1)?.key;
    const [sent] = bench.socket.of('message_send');
    bench.answer('message_send', { message: mine(2, sent?.['client_key'], 'hello') });
    await bench.settle();
    expect(bench.shown).toEqual(['message 1', 'hello']);
    expect(room().rows.at(-1)?.key).toBe(key);
  });

  test('its event may come before its answer, and its answer never', async () => {
    await bench.start(0);
    room().send('hello');
    const [sent] = bench.socket.of('message_send');
    bench.post(mine(1, sent?.['client_key'], 'hello'));
    expect(bench.shown).toEqual(['hello']);
    await bench.reconnect();
    bench.welcome();
    await bench.settle();
    expect(bench.socket.of('message_send')).toEqual([]);
    expect(bench.shown).toEqual(['hello']);
  });

  test('after a lost answer the same client key goes out again, and one message stays', async () => {
    await bench.start(0);
    room().send('hello');
    const [first] = bench.socket.of('message_send');
    await bench.reconnect();
    bench.welcome();
    const [again] = bench.socket.of('message_send');
    expect(again?.['client_key']).toBe(first?.['client_key']);
    const posted = mine(1, first?.['client_key'], 'hello');
    bench.socket.say({ type: 'message_posted', message: posted });
    bench.answer('message_send', { message: posted });
    await bench.settle();
    expect(bench.shown).toEqual(['hello']);
  });

  test('offline the composer stays usable, and everything goes in order on return', async () => {
    await bench.start(0);
    bench.socket.cut();
    for (const body of ['one', 'two']) room().send(body);
    expect(bench.shown).toEqual(['one (pending)', 'two (pending)']);
    await vi.advanceTimersByTimeAsync(1000);
    bench.welcome();
    bench.answer('message_send', { message: mine(1, bench.socket.of('message_send')[0]?.['client_key'], 'one') });
    await bench.settle();
    expect(bench.socket.of('message_send').map((frame) => frame['body'])).toEqual(['one', 'two']);
  });

  test('a refused message puts its text back into the empty composer, with the reason', async () => {
    await bench.start(0);
    room().draft = 'bad words';
    room().send('bad words');
    expect(room().draft).toBe('');
    const [sent] = bench.socket.of('message_send');
    bench.socket.say({ type: 'error', ref: sent?.ref, code: 'forbidden', detail: 'You may not write here.' });
    await bench.settle();
    expect(room().draft).toBe('bad words');
    expect(room().draftReplaced).toBe(1);
    expect(room().notice).toEqual({ kind: 'refused', text: 'Not sent: You may not write here.' });
    expect([bench.shown, bench.chat.unsent]).toEqual([[], 0]);
  });

  test('a refusal takes nothing away from what is being written meanwhile', async () => {
    await bench.start(0);
    room().send('bad words');
    room().draft = 'next thought';
    const [sent] = bench.socket.of('message_send');
    bench.socket.say({ type: 'error', ref: sent?.ref, code: 'forbidden', detail: 'No.' });
    await bench.settle();
    expect([room().draft, bench.shown]).toEqual(['next thought', ['bad words (refused)']]);
    room().takeBack(String(sent?.['client_key']));
    expect([room().draft, bench.shown]).toEqual(['next thought\nbad words', []]);
  });

  test('what is blank or too long is not sent, and the text stays', async () => {
    await bench.start(0);
    room().draft = ' ';
    expect([room().send(' \n'), room().send('x'.repeat(4001)), room().draft]).toEqual([false, false, ' ']);
    expect(bench.shown).toEqual([]);
  });

  test('text is sent exactly as typed', async () => {
    await bench.start(0);
    room().send('  kept \n as is  ');
    expect(bench.socket.of('message_send')[0]?.['body']).toBe('  kept \n as is  ');
  });
});

describe('coming back', () => {
  test('after a cut of posts, edits and deletions it equals a freshly loaded page', async () => {
    await bench.start(40);
    await bench.reconnect();
    const edited = { ...message(3), version: 45, body: 'edited', edited_at: '2026-11-20T11:00:00Z' };
    const deleted = { ...message(5), version: 46, body: '', deleted_at: '2026-11-20T11:00:00Z' };
    const postedAndEdited = message(42, { version: 47, body: 'posted and edited' });
    bench.messages = [...bench.messages.filter(({ seq }) => seq !== 3 && seq !== 5), edited, deleted, message(41), postedAndEdited, message(43)];
    bench.welcome([lobby({ cursor: 47 })]);
    expect(bench.socket.of('hello')[0]?.['cursors']).toEqual({ '1': 40 });
    for (const missed of [message(41), message(43)]) bench.socket.say({ type: 'message_posted', message: missed });
    for (const missed of [edited, deleted]) bench.socket.say({ type: 'message_changed', message: missed });
    bench.socket.say({ type: 'message_posted', message: postedAndEdited });
    await bench.settle();

    const fresh = new ChatBench();
    fresh.messages = bench.messages;
    fresh.server.on('GET /rooms/1/messages', (asked) => bench.server.fetch(asked.path).then(async (response) => ({ status: 200, body: (await response.json()) as object })));
    fresh.chat.begin(ann);
    fresh.connection.open();
    await fresh.settle();
    fresh.welcome([lobby({ cursor: 47 })]);
    await fresh.settle();
    expect(room().rows).toEqual(fresh.chat.room(1)?.rows);
    expect(bench.shown).toHaveLength(43);
    fresh.close();
  });

  test('too large a gap reloads the pane, says so, and keeps what waits and what is being written', async () => {
    await bench.start(40);
    room().draft = 'half a thought';
    bench.socket.cut();
    room().send('unsent');
    room().draft = 'half a thought';
    await vi.advanceTimersByTimeAsync(1000);
    bench.messages = Array.from({ length: 100 }, (_, index) => message(500 + index));
    bench.welcome([lobby({ cursor: 599 })]);
    bench.socket.say({ type: 'resync', room_id: 1, cursor: 599 });
    bench.socket.say({ type: 'message_posted', message: message(600) });
    bench.messages.push(message(600));
    expect(bench.shown).not.toContain('message 600');
    await bench.settle();
    expect(bench.shown.slice(-3)).toEqual(['message 599', 'message 600', 'unsent (pending)']);
    expect(bench.shown).not.toContain('message 1');
    expect(room().draft).toBe('half a thought');
    expect(room().notice?.kind).toBe('reloaded');
    expect(bench.chat.cursors()).toEqual({ '1': 600 });
  });

  test('what is posted while the first page is under way is neither lost nor doubled', async () => {
    bench.chat.begin(ann);
    bench.connection.open();
    await bench.settle();
    bench.messages = [message(1), message(2)];
    const page = { messages: [message(1), message(2)], has_more: false };
    let deliver: () => void = () => undefined;
    bench.server.on('GET /rooms/1/messages', () => new Promise((resolve) => (deliver = () => resolve({ status: 200, body: page }))));
    bench.welcome([lobby({ cursor: 2 })]);
    await bench.settle();
    bench.socket.say({ type: 'message_posted', message: message(3) });
    bench.socket.say({ type: 'message_changed', message: message(1, { version: 4, body: 'edited' }) });
    deliver();
    await bench.settle();
    expect(bench.shown).toEqual(['edited', 'message 2', 'message 3']);
  });

  test('the same account that signs in again finds everything as it was; another one nothing', async () => {
    await bench.start(2);
    room().draft = 'kept';
    bench.connection.close();
    bench.chat.begin(ann);
    expect([bench.shown, room().draft]).toEqual([['message 1', 'message 2'], 'kept']);
    bench.chat.begin(bob);
    expect(bench.chat.rooms).toEqual([]);
    bench.chat.begin(ann);
    bench.connection.open();
    await bench.settle();
    bench.welcome();
    expect(room().draft).toBe('kept');
  });

  test('a room that was left is gone, and the Lobby is shown', async () => {
    await bench.start(0);
    bench.socket.say({ type: 'room_changed', room: direct(5, bob) });
    bench.chat.openRoom(5);
    expect(bench.chat.current?.id).toBe(5);
    bench.socket.say({ type: 'room_removed', room_id: 5 });
    expect(bench.chat.current?.id).toBe(1);
  });
});

describe('history', () => {
  test('pages follow each other up to the start, and then nothing more is asked', async () => {
    await bench.start(120);
    expect(bench.shown).toHaveLength(50);
    await room().loadOlder();
    await room().loadOlder();
    expect([bench.shown.length, room().reachedStart, room().prepended]).toEqual([120, true, 2]);
    const asked = bench.server.to('GET /rooms/1/messages').length;
    await room().loadOlder();
    expect(bench.server.to('GET /rooms/1/messages')).toHaveLength(asked);
  });

  test('a page that failed can be tried again', async () => {
    await bench.start(80);
    const page = bench.server;
    page.on('GET /rooms/1/messages', () => problem(500, 'internal'));
    await room().loadOlder();
    expect(room().older).toBe('failed');
    page.on('GET /rooms/1/messages', () => ({ status: 200, body: { messages: [message(30)], has_more: true } }));
    await room().loadOlder();
    expect([room().older, bench.shown[0]]).toEqual(['idle', 'message 30']);
  });

  test('two requests for older messages at once are one', async () => {
    await bench.start(120);
    await Promise.all([room().loadOlder(), room().loadOlder()]);
    expect([bench.shown.length, bench.server.to('GET /rooms/1/messages').length]).toEqual([100, 2]);
  });

  test('a first page that failed for want of a connection comes with the connection', async () => {
    bench.server.on('GET /rooms/1/messages', () => 'lost');
    await bench.start(3);
    expect([room().loaded, room().latest]).toEqual([false, 'failed']);
    bench.server.on('GET /rooms/1/messages', () => ({ status: 200, body: { messages: [message(1)], has_more: false } }));
    await bench.reconnect();
    bench.welcome();
    await bench.settle();
    expect([room().loaded, bench.shown]).toEqual([true, ['message 1']]);
  });

  test('a room that was open before is there at once', async () => {
    await bench.start(3);
    bench.socket.say({ type: 'room_changed', room: direct(5, bob) });
    bench.chat.openRoom(5);
    const asked = bench.server.to('GET /rooms/1/messages').length;
    bench.chat.openRoom(1);
    expect(bench.shown).toHaveLength(3);
    expect(bench.server.to('GET /rooms/1/messages')).toHaveLength(asked);
  });
});

describe('editing', () => {
  test('↑ edits the own last message that is not deleted; unchanged text sends nothing', async () => {
    await bench.start(1);
    expect(room().editLast()).toBe(false);
    bench.post(mine(2, 'a', 'first'));
    bench.post(mine(3, 'b', 'second'));
    bench.post(message(4));
    bench.socket.say({ type: 'message_changed', message: { ...mine(3, 'b', ''), version: 5, deleted_at: '2026-11-20T11:00:00Z' } });
    expect(room().editLast()).toBe(true);
    expect(room().editing).toMatchObject({ messageId: 1002, original: 'first', text: 'first' });
    await room().saveEdit('first');
    expect([room().editing, bench.socket.of('message_edit')]).toEqual([null, []]);
  });

  test('a saved edit shows at once; Esc leaves everything as it was', async () => {
    await bench.start(0);
    bench.post(mine(1, 'a', 'first'));
    room().editLast();
    room().cancelEdit();
    expect([room().editing, bench.shown]).toEqual([null, ['first']]);
    room().editLast();
    const saving = room().saveEdit('changed');
    bench.answer('message_edit', { message: { ...mine(1, 'a', 'changed'), version: 2, edited_at: '2026-11-20T11:00:00Z' } });
    await saving;
    expect([room().editing, bench.shown]).toEqual([null, ['changed']]);
    expect(room().rows.at(-1)).toMatchObject({ edited: true });
  });

  test('a refused edit says why and stays open', async () => {
    await bench.start(0);
    bench.post(mine(1, 'a', 'first'));
    room().editLast();
    const saving = room().saveEdit('changed');
    const [frame] = bench.socket.of('message_edit');
    bench.socket.say({ type: 'error', ref: frame?.ref, code: 'message_deleted', detail: 'This message has been deleted.' });
    await saving;
    expect(room().editing?.messageId).toBe(1001);
    expect(room().notice).toEqual({ kind: 'edit_refused', text: 'Not changed: This message has been deleted.' });
  });

  test("nobody edits somebody else's message", async () => {
    await bench.start(1);
    room().startEdit(1001);
    expect(room().editing).toBeNull();
  });

  test('a deleted message leaves no trace of its text', async () => {
    await bench.start(0);
    bench.post(mine(1, 'a', 'secret'));
    const deleting = room().delete(1001);
    bench.answer('message_delete', { message: { ...mine(1, 'a', ''), version: 2, deleted_at: '2026-11-20T11:00:00Z' } });
    await deleting;
    expect(room().rows.at(-1)).toMatchObject({ deleted: true, body: '' });
  });
});
