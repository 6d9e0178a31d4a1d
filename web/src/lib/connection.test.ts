import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from './backoff';
import { SocketConnection, type ConnectionOptions } from './connection.svelte';
import { ApiProblem } from './problem';
import { FakeSocket } from './testing/fakeSocket';
import { ann, lobby, message } from './testing/views';

const tokens: boolean[] = [];
const received: unknown[] = [];
const ended: string[] = [];
let welcomes = 0;
let losses = 0;
let token: ConnectionOptions['token'];
let connection: SocketConnection;

function welcome(version = '1.0.0'): object {
  return { type: 'welcome', ref: 1, protocol: 1, server_version: version, session_id: 9, me: ann, rooms: [lobby()], online: [1], online_count: 1 };
}

/** Lets the token arrive and the socket open. */
async function turn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
}

async function goOnline(): Promise<FakeSocket> {
  await turn();
  const socket = FakeSocket.last;
  socket.accept();
  socket.say(welcome());
  return socket;
}

function setOnLine(value: boolean): void {
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(value);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  FakeSocket.all.length = 0;
  tokens.length = 0;
  received.length = 0;
  ended.length = 0;
  welcomes = 0;
  losses = 0;
  token = async (renewed) => {
    tokens.push(renewed);
    return 'a token';
  };
  connection = new SocketConnection({
    url: 'ws://chat.example/api/v1/ws',
    openSocket: (url) => new FakeSocket(url).asWebSocket(),
    token: (renewed) => token(renewed),
    cursors: () => ({ '1': 7 }),
    welcomed: () => (welcomes += 1),
    received: (frame) => received.push(frame),
    lost: () => (losses += 1),
    sessionEnded: (reason) => ended.push(reason),
  });
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

test('it introduces itself with its cursors and is online after the welcome', async () => {
  connection.open();
  await turn();
  const socket = FakeSocket.last;
  expect(socket.url).toBe('ws://chat.example/api/v1/ws?token=a%20token');
  socket.accept();
  expect(socket.sent).toEqual([{ type: 'hello', protocol: 1, cursors: { '1': 7 }, ref: 1 }]);
  expect(connection.state).toBe('connecting');
  socket.say(welcome());
  expect([connection.state, connection.shown, welcomes]).toEqual(['online', 'fine', 1]);
});

test('cuts below two seconds are not shown; then it says that it reconnects', async () => {
  connection.open();
  (await goOnline()).cut();
  await vi.advanceTimersByTimeAsync(1900);
  expect([connection.state, connection.shown]).toEqual(['connecting', 'fine']);
  await vi.advanceTimersByTimeAsync(200);
  expect(connection.shown).toBe('reconnecting');
  await goOnline();
  expect(connection.shown).toBe('fine');
});

test('waiting grows from 1 to 30 seconds, with jitter, and counts down with a way to try now', async () => {
  connection.open();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await turn();
    FakeSocket.last.cut();
    const begun = FakeSocket.all.length;
    let waited = 0;
    while (FakeSocket.all.length === begun) {
      await vi.advanceTimersByTimeAsync(500);
      waited += 0.5;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  FakeSocket.last.cut();
  expect([connection.shown, connection.secondsLeft]).toEqual(['waiting', 30]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(connection.secondsLeft).toBe(20);
  const before = FakeSocket.all.length;
  connection.tryNow();
  await turn();
  expect(FakeSocket.all.length).toBe(before + 1);
});

test('jitter scatters the attempts around each step, within 1 and 30 seconds', () => {
  const early = new Backoff(() => 0);
  const late = new Backoff(() => 0.999);
  const times = (backoff: Backoff): number[] => Array.from({ length: 7 }, () => Math.round(backoff.next() / 100) / 10);
  expect(times(early)).toEqual([1, 1.5, 3, 6, 12, 24, 24]);
  expect(times(late)).toEqual([1.2, 2.5, 5, 10, 20, 30, 30]);
});

test.each(['online', 'visibilitychange', 'pageshow'])('it tries at once on %s', async (name) => {
  connection.open();
  await turn();
  FakeSocket.last.cut();
  const before = FakeSocket.all.length;
  (name === 'visibilitychange' ? document : window).dispatchEvent(new Event(name));
  await turn();
  expect(FakeSocket.all.length).toBe(before + 1);
});

test('without a network it says so', async () => {
  connection.open();
  const socket = await goOnline();
  setOnLine(false);
  socket.cut();
  await vi.advanceTimersByTimeAsync(500);
  expect([connection.state, connection.shown]).toEqual(['offline', 'fine']);
  await vi.advanceTimersByTimeAsync(2000);
  FakeSocket.last.cut();
  expect(connection.shown).toBe('offline');
});

test('what a socket that was given up still says is ignored', async () => {
  connection.open();
  const old = await goOnline();
  old.cut();
  await vi.advanceTimersByTimeAsync(1000);
  await goOnline();
  old.say({ type: 'message_posted', message: message(1) });
  old.say({ type: 'session_ended', reason: 'expired' });
  old.cut(4001);
  expect([received, ended, connection.state]).toEqual([[], [], 'online']);
});

test('requests are answered by their ref, and fail when the connection is lost', async () => {
  connection.open();
  const socket = await goOnline();
  const first = connection.request({ type: 'message_delete', message_id: 1 });
  const second = connection.request({ type: 'message_delete', message_id: 2 });
  const third = connection.request({ type: 'message_delete', message_id: 3 });
  const [a, b] = socket.of('message_delete').map(({ ref }) => ref);
  socket.say({ type: 'error', ref: b, code: 'forbidden', detail: 'No.' });
  socket.say({ type: 'ok', ref: a, message: message(1) });
  await expect(first).resolves.toMatchObject({ message: { seq: 1 } });
  await expect(second).rejects.toMatchObject({ name: 'Refused', code: 'forbidden', message: 'No.' });
  const outcome = expect(third).rejects.toMatchObject({ name: 'Disconnected' });
  socket.cut();
  await outcome;
  await expect(connection.request({ type: 'message_delete', message_id: 4 })).rejects.toMatchObject({ name: 'Disconnected' });
  expect(losses).toBe(1);
});

test('a connection that died silently is found by the answer that does not come', async () => {
  connection.open();
  const socket = await goOnline();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(socket.of('presence_query')).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(15_000);
  expect([socket.closed, connection.state]).toEqual([true, 'waiting']);
});

test('a woken tab asks whether its connection still lives', async () => {
  connection.open();
  const socket = await goOnline();
  document.dispatchEvent(new Event('visibilitychange'));
  const [query] = socket.of('presence_query');
  socket.say({ type: 'ok', ref: query?.ref, online: [] });
  await vi.advanceTimersByTimeAsync(5000);
  expect(connection.state).toBe('online');
  document.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(socket.closed).toBe(true);
});

test('after an attempt that failed without a word, the token is renewed; after a good one it is not', async () => {
  connection.open();
  await goOnline();
  FakeSocket.last.cut();
  await vi.advanceTimersByTimeAsync(1000);
  FakeSocket.last.cut();
  await vi.advanceTimersByTimeAsync(2000);
  expect(tokens).toEqual([false, false, true]);
});

test('while there is no token because the server is away, it goes on trying', async () => {
  token = async () => {
    throw ApiProblem.unreachable();
  };
  connection.open();
  await turn();
  expect([connection.state, FakeSocket.all.length]).toEqual(['waiting', 0]);
  token = async () => 'token';
  await vi.advanceTimersByTimeAsync(1000);
  await goOnline();
  expect(connection.state).toBe('online');
});

test('a connection that always breaks at once is not tried ever faster', async () => {
  connection.open();
  for (const wait of [1000, 2000, 4000]) {
    (await goOnline()).cut(4008);
    await vi.advanceTimersByTimeAsync(wait - 10);
    expect(connection.state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(20);
  }
  await goOnline();
  await vi.advanceTimersByTimeAsync(6000);
  FakeSocket.last.cut();
  await vi.advanceTimersByTimeAsync(1000);
  expect(connection.state).toBe('connecting');
});

test('a server that closes says when to come back', async () => {
  connection.open();
  const socket = await goOnline();
  socket.say({ type: 'server_closing', retry_after_ms: 7000 });
  socket.cut(1012);
  await vi.advanceTimersByTimeAsync(6900);
  expect(connection.state).toBe('waiting');
  await vi.advanceTimersByTimeAsync(200);
  await goOnline();
  FakeSocket.last.say(welcome('2.0.0'));
  expect(connection.serverReplaced).toBe(true);
});

test('the end of the session is told with its reason', async () => {
  connection.open();
  const socket = await goOnline();
  socket.say({ type: 'session_ended', reason: 'account_blocked' });
  expect(ended).toEqual(['account_blocked']);
  connection.close();
  socket.cut(4001);
  expect([ended, connection.state]).toEqual([['account_blocked'], 'idle']);
});

test('a page of an older protocol is told to reload, and does not come again', async () => {
  connection.open();
  await turn();
  FakeSocket.last.cut(4002);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([connection.state, connection.shown, FakeSocket.all.length]).toEqual(['outdated', 'outdated', 1]);
});

test('what cannot be read is ignored', async () => {
  connection.open();
  const socket = await goOnline();
  socket.dispatchEvent(new MessageEvent('message', { data: 'not json' }));
  socket.dispatchEvent(new MessageEvent('message', { data: new ArrayBuffer(2) }));
  socket.dispatchEvent(new MessageEvent('message', { data: '[]' }));
  expect([received, connection.state]).toEqual([[], 'online']);
});
