import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Api } from './api';
import { MemoryStore } from './browser';
import { ServerClock } from './clock';
import { ApiProblem } from './problem';
import { FakeApi, ok, problem, type Reply } from './testing/fakeApi';
import { ann } from './testing/views';

const REFRESH = 'POST /auth/refresh';
let renewals = 0;
const signedIn = (token: string): Reply => ok({ user: ann, session_id: 9, access_token: token, token_type: 'Bearer', expires_in: 900 });

function start(server: FakeApi, more: Partial<ConstructorParameters<typeof Api>[0]> = {}): Api {
  return new Api({ fetch: server.fetch, store: new MemoryStore(), clock: new ServerClock(), accept: () => true, ended: () => undefined, ...more });
}

beforeEach(() => {
  vi.useFakeTimers();
  renewals = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const renewing = (): FakeApi =>
  new FakeApi()
    .on(REFRESH, () => {
      renewals += 1;
      return signedIn(`token-${renewals}`);
    })
    .on('GET /me', () => ok({}));

test('all who need a token share one renewal', async () => {
  const server = renewing();
  const api = start(server);
  await Promise.all([api.ask('GET', '/me'), api.ask('GET', '/me'), api.accessToken()]);
  expect(renewals).toBe(1);
  expect(server.to('GET /me').map(({ token }) => token)).toEqual(['token-1', 'token-1']);
});

test('a token is renewed before it expires, by whichever clock has gone further', async () => {
  const api = start(renewing());
  await api.accessToken();
  vi.advanceTimersByTime(869_000);
  expect(await api.accessToken()).toBe('token-1');
  vi.advanceTimersByTime(2000);
  expect(await api.accessToken()).toBe('token-2');
  // The machine slept: the steady clock stood still, the device's did not.
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(await api.accessToken()).toBe('token-3');
  // Somebody set the device's clock back by a year: only the steady one counts.
  vi.setSystemTime(Date.now() - 365 * 86_400_000);
  expect(await api.accessToken()).toBe('token-3');
  vi.advanceTimersByTime(900_000);
  expect(await api.accessToken()).toBe('token-4');
});

test('a clock that is years off on this device changes nothing', async () => {
  vi.setSystemTime(new Date('2019-01-01T00:00:00Z'));
  const api = start(renewing());
  await api.accessToken();
  vi.advanceTimersByTime(60_000);
  expect(await api.accessToken()).toBe('token-1');
});

test('a token that the server refuses is renewed once, and the request repeated', async () => {
  const server = renewing().on('GET /me', ({ token }) => (token === 'token-1' ? problem(401, 'token_expired') : ok({ fine: true })));
  expect(await start(server).ask('GET', '/me')).toEqual({ fine: true });
  expect(renewals).toBe(2);
});

test('a refresh whose answer was lost is repeated under the same name, also after a reload', async () => {
  const store = new MemoryStore();
  const server = new FakeApi().on(REFRESH, () => 'lost');
  await expect(start(server, { store }).refresh()).rejects.toMatchObject({ code: 'unreachable' });
  server.on(REFRESH, () => signedIn('token'));
  await start(server, { store }).refresh();
  await start(server, { store }).refresh();
  const [first, second, third] = server.to(REFRESH).map(({ body }) => (body as { attempt: string }).attempt);
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test('a session that is over is reported, a server in trouble is not the end of it', async () => {
  const ended = vi.fn();
  const server = new FakeApi().on(REFRESH, () => problem(503, 'unavailable'));
  const api = start(server, { ended });
  await expect(api.refresh()).rejects.toMatchObject({ code: 'unavailable', passes: true });
  expect(ended).not.toHaveBeenCalled();
  server.on(REFRESH, () => problem(401, 'session_ended'));
  await expect(api.ask('GET', '/me')).rejects.toMatchObject({ code: 'session_ended' });
  expect(ended).toHaveBeenCalledOnce();
});

test("a token that turns out to be somebody else's is not used", async () => {
  const server = renewing();
  const api = start(server, { accept: () => false });
  await expect(api.ask('GET', '/me')).rejects.toMatchObject({ code: 'session_ended' });
  expect(server.to('GET /me')).toEqual([]);
});

test('an answer that is not from our server is still understood', async () => {
  const html = new Response('<html>Bad gateway</html>', { status: 502 });
  expect(await ApiProblem.read(html)).toMatchObject({ code: 'unavailable', status: 502 });
});

test("the server's clock is learnt from its answers, and small differences are ignored", async () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  const clock = new ServerClock(() => now);
  clock.observe(null);
  clock.observe('nonsense');
  expect(clock.now()).toBe(now);
  clock.observe('Fri, 20 Nov 2026 10:00:02 GMT');
  expect(clock.now()).toBe(now);
  clock.observe('Fri, 20 Nov 2026 11:00:00 GMT');
  expect(clock.now()).toBe(now + 3_600_000);
});
