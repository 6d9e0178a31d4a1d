import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStore, type KeyValueStore } from './browser';
import { ServerClock } from './clock';
import type { SessionState } from './contract';
import { BrowserSession } from './session.svelte';
import { FakeApi, ok, problem, type Reply } from './testing/fakeApi';
import { ann, bob } from './testing/views';

const MARK = 'chatterbox.session';
const signedIn = (user = ann, session = 9): Reply =>
  ok({ user, session_id: session, access_token: `token-of-${user.username}`, token_type: 'Bearer', expires_in: 900 });

let server: FakeApi;
let store: KeyValueStore;
let states: SessionState[];
let stop: () => void = () => undefined;

function open(): BrowserSession {
  const session = new BrowserSession({ fetch: server.fetch, store, clock: new ServerClock(), changed: (state) => states.push(state) });
  stop = session.start();
  return session;
}

async function openSignedIn(): Promise<BrowserSession> {
  store.set(MARK, JSON.stringify({ user_id: ann.id, session_id: 9 }));
  server.on('POST /auth/refresh', () => signedIn());
  const session = open();
  await vi.waitFor(() => expect(session.state.kind).toBe('signed_in'));
  return session;
}

/** What another tab does to the shared storage. */
function otherTab(key: string, value: string | null): void {
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
  window.dispatchEvent(new StorageEvent('storage', { key, newValue: value, storageArea: localStorage }));
}

beforeEach(() => {
  localStorage.clear();
  server = new FakeApi();
  store = openStore();
  states = [];
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

test('where nobody has signed in, nothing is asked', async () => {
  const session = open();
  await vi.waitFor(() => expect(session.state.kind).toBe('signed_out'));
  expect(server.asked).toEqual([]);
});

test('a reload restores the session', async () => {
  const session = await openSignedIn();
  expect(session.state).toEqual({ kind: 'signed_in', me: ann });
});

test('a server that does not answer is asked again, and says so meanwhile', async () => {
  vi.useFakeTimers();
  store.set(MARK, JSON.stringify({ user_id: ann.id, session_id: 9 }));
  server.on('POST /auth/refresh', () => 'lost');
  const session = open();
  await vi.waitFor(() => expect(session.state).toEqual({ kind: 'restoring', unreachable: true }));
  server.on('POST /auth/refresh', () => signedIn());
  await vi.advanceTimersByTimeAsync(2000);
  expect(session.state.kind).toBe('signed_in');
});

test('a session that cannot be restored leads to the sign-in page', async () => {
  store.set(MARK, JSON.stringify({ user_id: ann.id, session_id: 9 }));
  server.on('POST /auth/refresh', () => problem(401, 'session_ended'));
  const session = open();
  await vi.waitFor(() => expect(session.state.kind).toBe('signed_out'));
});

test('a name with @ is an e-mail address', async () => {
  server.on('POST /auth/login', () => signedIn());
  const session = open();
  await session.signIn(' ann@example.org ', 'secret word');
  await session.signIn('ann', 'secret word');
  expect(server.to('POST /auth/login').map(({ body }) => body)).toEqual([
    { email: 'ann@example.org', password: 'secret word' },
    { username: 'ann', password: 'secret word' },
  ]);
  expect(session.state).toEqual({ kind: 'signed_in', me: ann });
});

test('forms are told what is wrong, where, and for how long', async () => {
  const session = open();
  server.on('POST /auth/register', () => problem(409, 'username_taken'));
  expect(await session.signUp('ann', 'x', '')).toMatchObject({ ok: false, fields: { username: 'because of username_taken' } });
  server.on('POST /auth/register', () => problem(422, 'validation_failed', { errors: [{ field: 'password', code: 'too_short', message: 'Too short.' }] }));
  expect(await session.signUp('ann', 'x', '')).toMatchObject({ ok: false, fields: { password: 'Too short.' } });
  server.on('POST /auth/login', () => problem(429, 'rate_limited', { retry_after_ms: 30_000 }));
  const limited = await session.signIn('ann', 'x');
  expect(limited).toMatchObject({ ok: false, message: 'Too many attempts. Try again in 30 seconds.' });
  server.on('POST /auth/login', () => problem(403, 'account_blocked'));
  expect(await session.signIn('ann', 'x')).toMatchObject({ message: expect.stringMatching(/blocked.*write to the people who run/u) as string });
  server.on('POST /auth/login', () => 'lost');
  expect(await session.signIn('ann', 'x')).toMatchObject({ code: 'unreachable' });
});

test.each([
  ['ended_elsewhere', 'ended_elsewhere'],
  ['account_blocked', 'account_blocked'],
  ['password_changed', 'password_changed'],
  ['refresh_reused', 'refresh_reused'],
  ['something new', 'expired'],
] as const)('a session that the server ends (%s) stays on screen with its reason', async (said, reason) => {
  const session = await openSignedIn();
  session.end(said);
  expect(session.state).toEqual({ kind: 'ended', me: ann, reason });
  server.on('POST /auth/login', () => signedIn(ann, 10));
  await session.signIn('ann', 'secret word');
  expect(session.state).toEqual({ kind: 'signed_in', me: ann });
});

test('a device that signs out everywhere ends this session with the dialog; this browser, without', async () => {
  const session = await openSignedIn();
  session.end('signed_out');
  expect(session.state).toEqual({ kind: 'ended', me: ann, reason: 'ended_elsewhere' });
  stop();

  const second = await openSignedIn();
  localStorage.removeItem(MARK);
  second.end('signed_out');
  expect(second.state.kind).toBe('signed_out');
  stop();

  const third = await openSignedIn();
  server.on('POST /auth/logout-all', () => {
    third.end('signed_out');
    return ok({ ended: 2 });
  });
  await third.signOutEverywhere();
  expect(third.state.kind).toBe('signed_out');
  expect(states.filter((state) => state.kind === 'ended')).toHaveLength(1);
});

test("going to the sign-in page does not sign out somebody else's tab", async () => {
  const session = await openSignedIn();
  otherTab(MARK, JSON.stringify({ user_id: bob.id, session_id: 11 }));
  session.leave();
  expect([session.state.kind, localStorage.getItem(MARK)]).toEqual(['signed_out', JSON.stringify({ user_id: bob.id, session_id: 11 })]);
});

test('one end is told once, whoever says it again', async () => {
  const session = await openSignedIn();
  session.end('account_blocked');
  session.end('ended_elsewhere');
  expect(states.filter((state) => state.kind === 'ended')).toHaveLength(1);
});

test('signing out forgets at once, and is owed to a server that cannot be reached', async () => {
  const session = await openSignedIn();
  server.on('POST /auth/logout', () => 'lost');
  await session.signOut();
  expect(session.state.kind).toBe('signed_out');
  expect(server.to('POST /auth/logout')[0]?.token).toBe('token-of-ann');
  stop();

  server.on('POST /auth/logout', () => ({ status: 204 }));
  const next = open();
  await vi.waitFor(() => expect(next.state.kind).toBe('signed_out'));
  expect(server.to('POST /auth/logout')).toHaveLength(2);
  stop();

  const last = open();
  await vi.waitFor(() => expect(last.state.kind).toBe('signed_out'));
  expect(server.to('POST /auth/logout')).toHaveLength(2);
});

test('signing out in one tab signs out in the others', async () => {
  const session = await openSignedIn();
  otherTab(MARK, null);
  expect(session.state.kind).toBe('signed_out');
  stop();

  const ended = await openSignedIn();
  ended.end('expired');
  otherTab(MARK, null);
  expect(ended.state.kind).toBe('signed_out');
});

test('signing in in one tab signs in the others that wait', async () => {
  const session = open();
  await vi.waitFor(() => expect(session.state.kind).toBe('signed_out'));
  server.on('POST /auth/refresh', () => signedIn());
  otherTab(MARK, JSON.stringify({ user_id: ann.id, session_id: 9 }));
  await vi.waitFor(() => expect(session.state.kind).toBe('signed_in'));
});

test('signing in again in one tab closes the dialog of the others', async () => {
  const session = await openSignedIn();
  session.end('ended_elsewhere');
  otherTab(MARK, JSON.stringify({ user_id: ann.id, session_id: 10 }));
  await vi.waitFor(() => expect(session.state).toEqual({ kind: 'signed_in', me: ann }));
});

test('somebody else who signs in in another tab does not take over this one', async () => {
  const session = await openSignedIn();
  server.on('POST /auth/refresh', () => signedIn(bob, 11));
  otherTab(MARK, JSON.stringify({ user_id: bob.id, session_id: 11 }));
  expect(session.state).toEqual({ kind: 'ended', me: ann, reason: 'other_account' });
});

test("the shared cookie may be somebody else's: then the token is refused", async () => {
  const session = await openSignedIn();
  server.on('POST /auth/refresh', () => signedIn(bob, 11)).on('GET /me/sessions', () => ok({ sessions: [] }));
  session.api.forget();
  await expect(session.listSessions()).rejects.toMatchObject({ code: 'session_ended' });
  expect(session.state).toEqual({ kind: 'ended', me: ann, reason: 'other_account' });
  expect(server.to('GET /me/sessions')).toEqual([]);
});
