import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MessageView } from '../protocol';
import { Disconnected, Refused } from './connection.svelte';
import type { OutboxItem } from './contract';
import { Outbox } from './outbox.svelte';
import { MemoryOutboxStore, openOutboxStore, type OutboxStore } from './outboxStore';
import { message } from './testing/views';

/** A server that keeps a message per client key, as the real one does. */
class Posted {
  readonly bodies: string[] = [];
  readonly attempts: string[] = [];
  readonly #byKey = new Map<string, MessageView>();
  /** What happens instead of an answer, for the next attempts. */
  readonly next: (() => never)[] = [];

  post(item: OutboxItem, loseAnswer = false): MessageView {
    this.attempts.push(item.clientKey);
    const known = this.#byKey.get(item.clientKey);
    const posted = known ?? message(this.#byKey.size + 1, { body: item.body, client_key: item.clientKey });
    if (known === undefined) this.bodies.push(item.body);
    this.#byKey.set(item.clientKey, posted);
    if (loseAnswer) throw new Disconnected();
    return posted;
  }
}

const refused = (code: string, retryAfterMs: number | null = null): Refused => new Refused(code, `because of ${code}`, retryAfterMs);

let server: Posted;
let send: (item: OutboxItem) => Promise<MessageView>;
let acknowledged: MessageView[];
let tookBack: string[];
let composerIsEmpty: boolean;
const opened: Outbox[] = [];

function open(store: OutboxStore = new MemoryOutboxStore(), more: { userId?: number; tab?: string; alive?: string[] } = {}): Outbox {
  const tab = more.tab ?? 'tab-1';
  const outbox = new Outbox({
    userId: more.userId ?? 1,
    store: Promise.resolve(store),
    tabs: { own: tab, alive: async () => new Set([tab, ...(more.alive ?? [])]) },
    now: () => 1_000_000,
    send: (item) => send(item),
    acknowledged: (posted) => acknowledged.push(posted),
    refused: (item, reason) => {
      if (composerIsEmpty) tookBack.push(`${item.body}: ${reason}`);
      return composerIsEmpty;
    },
  });
  opened.push(outbox);
  return outbox;
}

const states = (outbox: Outbox): string[] => outbox.items.map((item) => `${item.body} ${item.state}`);
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  server = new Posted();
  send = async (item) => server.post(item);
  acknowledged = [];
  tookBack = [];
  composerIsEmpty = false;
});
afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.close();
  vi.useRealTimers();
});

test('offline, messages wait as pending; on return they go in order, each once', async () => {
  const outbox = open();
  for (const body of ['one', 'two', 'three']) outbox.add(1, body);
  expect(states(outbox)).toEqual(['one pending', 'two pending', 'three pending']);
  outbox.resume();
  await settle();
  expect([server.bodies, outbox.items]).toEqual([['one', 'two', 'three'], []]);
  expect(acknowledged.map(({ body }) => body)).toEqual(['one', 'two', 'three']);
});

test('the next message of a room waits for the answer to the one before; other rooms do not', async () => {
  const answers: (() => void)[] = [];
  send = (item) => new Promise((resolve) => answers.push(() => resolve(server.post(item))));
  const outbox = open();
  outbox.resume();
  outbox.add(1, 'one');
  outbox.add(1, 'two');
  outbox.add(2, 'elsewhere');
  expect(answers).toHaveLength(2);
  answers[0]?.();
  await settle();
  expect(answers).toHaveLength(3);
});

test('an answer that was lost makes no second message', async () => {
  let lose = true;
  send = async (item) => {
    const losing = lose;
    lose = false;
    return server.post(item, losing);
  };
  const outbox = open();
  outbox.resume();
  outbox.add(1, 'once');
  await settle();
  expect(states(outbox)).toEqual(['once pending']);
  outbox.pause();
  outbox.resume();
  await settle();
  expect([server.bodies, outbox.items]).toEqual([['once'], []]);
  expect(new Set(server.attempts).size).toBe(1);
  expect(server.attempts).toHaveLength(2);
});

test('a message that arrives by its event before its answer is acknowledged once', async () => {
  let answer: () => void = () => undefined;
  send = (item) => new Promise((resolve) => (answer = () => resolve(server.post(item))));
  const outbox = open();
  outbox.resume();
  const item = outbox.add(1, 'early');
  outbox.add(1, 'next');
  outbox.acknowledge(item.clientKey);
  expect(states(outbox)).toEqual(['next pending']);
  answer();
  await settle();
  expect(server.attempts).toHaveLength(1);
  answer();
  await settle();
  expect(server.bodies).toEqual(['early', 'next']);
});

test.each([
  ['internal', 'The server could not store this message.'],
  ['storage_full', 'The server has no space left. Try again later.'],
])('%s: "Not sent" with Retry, which uses the same client key', async (code, reason) => {
  send = async () => {
    throw refused(code);
  };
  const outbox = open();
  outbox.resume();
  const { clientKey } = outbox.add(1, 'text');
  await settle();
  expect(outbox.items).toMatchObject([{ state: 'failed', reason }]);
  send = async (item) => server.post(item);
  outbox.retry(clientKey);
  expect(states(outbox)).toEqual(['text pending']);
  await settle();
  expect([server.attempts, outbox.items]).toEqual([[clientKey], []]);
});

test('a refused message goes back into the composer and does not stop the next', async () => {
  composerIsEmpty = true;
  send = async (item) => {
    if (item.body === 'bad') throw refused('forbidden');
    return server.post(item);
  };
  const outbox = open();
  outbox.add(1, 'bad');
  outbox.add(1, 'good');
  outbox.resume();
  await settle();
  expect([tookBack, server.bodies, outbox.items]).toEqual([['bad: because of forbidden'], ['good'], []]);
});

test('a refused message stays in sight when the composer has other text', async () => {
  send = async (item) => {
    if (item.body === 'bad') throw refused('forbidden');
    return server.post(item);
  };
  const outbox = open();
  outbox.resume();
  const bad = outbox.add(1, 'bad');
  outbox.add(1, 'good');
  await settle();
  expect(outbox.items).toMatchObject([{ body: 'bad', state: 'refused', reason: 'because of forbidden' }]);
  expect(outbox.discard(bad.clientKey)).toBe('bad');
  expect(outbox.items).toEqual([]);
});

test('too fast: it waits as long as the server says, then goes on in order', async () => {
  let limited = true;
  send = async (item) => {
    if (limited) throw refused('rate_limited', 5000);
    return server.post(item);
  };
  const outbox = open();
  outbox.resume();
  outbox.add(1, 'one');
  outbox.add(1, 'two');
  await settle();
  limited = false;
  await vi.advanceTimersByTimeAsync(4900);
  expect(server.bodies).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(server.bodies).toEqual(['one', 'two']);
});

test('a session that is over keeps everything for the next one', async () => {
  send = async () => {
    throw refused('session_ended');
  };
  const outbox = open();
  outbox.resume();
  outbox.add(1, 'kept');
  await settle();
  expect(states(outbox)).toEqual(['kept pending']);
});

test('what is under way cannot be given up', async () => {
  send = () => new Promise(() => undefined);
  const outbox = open();
  outbox.resume();
  const { clientKey } = outbox.add(1, 'text');
  expect(outbox.discard(clientKey)).toBeNull();
});

test('the outbox survives a reload, in order, and is sent under the same keys', async () => {
  const store = await openOutboxStore();
  const before = open(store, { userId: 71, tab: 'gone' });
  const keys = ['one', 'two', 'three'].map((body) => before.add(1, body).clientKey);
  await vi.waitFor(async () => expect(await store.claim(71, 'probe', new Set(['gone']))).toEqual([]));
  const after = open(await openOutboxStore(), { userId: 71, tab: 'new' });
  after.resume();
  await vi.waitFor(() => expect(server.bodies).toEqual(['one', 'two', 'three']));
  expect(server.attempts).toEqual(keys);
  await vi.waitFor(async () => expect(await store.claim(71, 'third', new Set())).toEqual([]));
});

test('somebody else who signs in on this browser does not send it', async () => {
  const store = await openOutboxStore();
  open(store, { userId: 81, tab: 'gone' }).add(1, "Ann's");
  const other = open(store, { userId: 82, tab: 'new' });
  await other.adopt();
  expect(other.items).toEqual([]);
  const own = open(store, { userId: 81, tab: 'newer' });
  await own.adopt();
  expect(states(own)).toEqual(["Ann's pending"]);
});

test('a tab that is alive keeps its messages; of two others, one claims what a dead one left', async () => {
  const store = await openOutboxStore();
  open(store, { userId: 91, tab: 'alive' }).add(1, 'mine');
  open(store, { userId: 91, tab: 'dead' }).add(1, 'left');
  const [second, third] = [open(store, { userId: 91, tab: 'second', alive: ['alive', 'third'] }), open(store, { userId: 91, tab: 'third', alive: ['alive', 'second'] })];
  await Promise.all([second.adopt(), third.adopt()]);
  expect([...states(second), ...states(third)]).toEqual(['left pending']);
});

test('a page that closes its outbox leaves its messages to the next one at once', async () => {
  const store = await openOutboxStore();
  const before = open(store, { userId: 95, tab: 'same' });
  before.add(1, 'kept');
  before.close();
  const after = open(store, { userId: 95, tab: 'same' });
  await vi.waitFor(async () => {
    await after.adopt();
    expect(states(after)).toEqual(['kept pending']);
  });
});
