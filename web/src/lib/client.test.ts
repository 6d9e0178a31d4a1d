import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from './client.svelte';
import type { Client } from './contract';
import { FakeApi, ok, type Reply } from './testing/fakeApi';
import { FakeSocket } from './testing/fakeSocket';
import { ann, bob, lobby, message } from './testing/views';

let server: FakeApi;
let client: Client;
let stop: () => void;

const signedIn = (user = ann): Reply =>
  ok({ user, session_id: user.id, access_token: `token-of-${user.username}`, token_type: 'Bearer', expires_in: 900 });
const turn = async (): Promise<void> => {
  for (let count = 0; count < 5; count += 1) await vi.advanceTimersByTimeAsync(0);
};

async function enter(user = ann): Promise<void> {
  server.on('POST /auth/login', () => signedIn(user));
  await client.session.signIn(user.username, 'secret word');
  await turn();
  FakeSocket.last.accept();
  FakeSocket.last.say({
    type: 'welcome',
    ref: 1,
    protocol: 1,
    server_version: '1.0.0',
    session_id: 9,
    me: user,
    rooms: [lobby({ cursor: 1 })],
    online: [user.id],
    online_count: 1,
  });
  await turn();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
  // 23:59 in the zone of the test run.
  vi.setSystemTime(new Date('2026-11-20T22:59:00Z'));
  localStorage.clear();
  vi.stubGlobal('indexedDB', new IDBFactory());
  FakeSocket.all.length = 0;
  server = new FakeApi()
    .on('GET /server', () => ok({ name: 'Our house', version: '1.0.0', protocol: 1, sign_up: 'open', has_accounts: true, password_min_chars: 8, message_max_chars: 10 }))
    .on('GET /users', () => ok({ users: [ann, bob], next: null }))
    .on('GET /rooms/1/messages', () => ok({ messages: [message(1, { created_at: '2026-11-20T22:58:00Z' })], has_more: false }));
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('WebSocket', FakeSocket);
  client = createClient();
  stop = client.start();
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('signing in connects with the token of the account and shows the first room', async () => {
  await enter();
  expect(FakeSocket.last.url).toMatch(/^ws:.*\/api\/v1\/ws\?token=token-of-ann$/u);
  expect([client.server?.name, client.chat.current?.name, client.connection.state]).toEqual(['Our house', 'Lobby', 'online']);
});

test("the server's limit of a message counts", async () => {
  await enter();
  expect([client.chat.current?.send('12345678901'), client.chat.current?.send('1234567890')]).toEqual([false, true]);
});

test('a session that is ended elsewhere stays on screen, unconnected, with its text; signing in goes on', async () => {
  await enter();
  const room = client.chat.current;
  if (room !== null) room.draft = 'kept';
  FakeSocket.last.say({ type: 'session_ended', reason: 'ended_elsewhere' });
  expect([client.session.state.kind, client.connection.state, FakeSocket.last.closed]).toEqual(['ended', 'idle', true]);
  expect(client.chat.current?.rows).not.toEqual([]);
  await enter();
  expect([client.chat.current?.draft, client.connection.state]).toEqual(['kept', 'online']);
});

test('after signing out nothing of the account is on the page, and another one starts afresh', async () => {
  await enter();
  const room = client.chat.current;
  if (room !== null) room.draft = "Ann's";
  await client.session.signOut();
  expect([client.chat.rooms, client.chat.me, client.chat.people, client.connection.state]).toEqual([[], null, [], 'idle']);
  await enter(bob);
  expect([client.chat.me?.username, client.chat.current?.draft]).toEqual(['bob', '']);
});

test("another account that signs in on this page does not send the first one's unsent message", async () => {
  await enter();
  client.chat.current?.send('by Ann');
  FakeSocket.last.cut();
  await client.session.signOut();
  await enter(bob);
  expect([FakeSocket.last.of('message_send'), client.chat.unsent]).toEqual([[], 0]);
});

test('at midnight the day changes without a reload, and the next message gets its own line', async () => {
  await enter();
  const days = (): string[] => client.chat.current?.rows.flatMap((row) => (row.kind === 'date' ? [row.day] : [])) ?? [];
  expect([client.today, days()]).toEqual(['2026-11-20', ['2026-11-20']]);
  await vi.advanceTimersByTimeAsync(61_000);
  expect(client.today).toBe('2026-11-21');
  FakeSocket.last.say({ type: 'message_posted', message: message(2, { created_at: '2026-11-20T23:00:01Z' }) });
  expect(days()).toEqual(['2026-11-20', '2026-11-21']);
});
