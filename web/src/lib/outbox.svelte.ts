/**
 * Messages on their way, of one account: kept until they are acknowledged, sent one after another per room, again
 * with the same client key after a cut.
 *
 * Two tabs share the store but not the sending. A message belongs to the tab that wrote it, and only when that tab is
 * gone (its lock is free) does another one claim it. One tab as the sender for all was the alternative: it would put
 * a second tab, which may be frozen in the background, between Enter and the server. Should two tabs send one message
 * after all (no locks over plain HTTP, or a tab that wakes up late), its client key makes it one message on the
 * server.
 */
import type { MessageView } from '../protocol';
import { Backoff } from './backoff';
import { newUuid } from './browser';
import { Disconnected, Refused } from './connection.svelte';
import type { OutboxItem } from './contract';
import { t } from './i18n';
import type { OutboxStore, StoredItem } from './outboxStore';
import type { Tabs } from './tabs';

export interface OutboxOptions {
  readonly userId: number;
  readonly store: Promise<OutboxStore>;
  readonly tabs: Pick<Tabs, 'own' | 'alive'>;
  /** Milliseconds since 1970 by the server's clock. */
  readonly now: () => number;
  /** Sends one message; fails with `Refused` or `Disconnected`. */
  readonly send: (item: OutboxItem) => Promise<MessageView>;
  readonly acknowledged: (message: MessageView) => void;
  /** The server will never take it. True when the text found another place, so that the message can go. */
  readonly refused: (item: OutboxItem, reason: string) => boolean;
}

/** Refusals that end with time: the message waits and is sent again. */
const PASSING: ReadonlySet<string> = new Set(['rate_limited', 'unavailable']);
/** Refusals that end with the session: it waits for the next one. */
const SESSION_OVER: ReadonlySet<string> = new Set(['session_ended', 'account_blocked', 'unauthorized', 'token_expired']);
/** The server could not, though there is nothing wrong with the message: "Not sent", with Retry. */
const FAILING: Readonly<Record<string, () => string>> = {
  internal: () => t('send.failed'),
  storage_full: () => t('send.storage_full'),
};

export class Outbox {
  #items = $state.raw<readonly StoredItem[]>([]);
  #online = false;
  #closed = false;
  #order = 0;
  /** Rooms with a message under way: the next one waits for its answer, or order could be lost. */
  readonly #sending = new Map<number, string>();
  readonly #resting = new Map<number, ReturnType<typeof setTimeout>>();
  readonly #backoff = new Map<number, Backoff>();
  readonly #options: OutboxOptions;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** In the order of sending. */
  get items(): readonly OutboxItem[] {
    return this.#items;
  }

  /** Takes over what tabs that are gone have left behind. */
  async adopt(): Promise<void> {
    const { tabs, userId } = this.#options;
    const store = await this.#options.store;
    const claimed = await store.claim(userId, tabs.own, await tabs.alive());
    if (this.#closed || claimed.length === 0) return;
    const known = new Set(this.#items.map((item) => item.clientKey));
    this.#items = [...this.#items, ...claimed.filter((item) => !known.has(item.clientKey))].sort(
      (a, b) => a.createdAt - b.createdAt || a.order - b.order,
    );
    this.#sendAll();
  }

  /** Puts a message at the end; it is here when this returns and goes out as soon as it can. */
  add(roomId: number, body: string): OutboxItem {
    this.#order += 1;
    const item: StoredItem = {
      clientKey: newUuid(),
      userId: this.#options.userId,
      roomId,
      body,
      createdAt: Math.max(this.#options.now(), this.#items[this.#items.length - 1]?.createdAt ?? 0),
      order: this.#order,
      state: 'pending',
      reason: '',
      tab: this.#options.tabs.own,
    };
    this.#items = [...this.#items, item];
    this.#persist((store) => store.put(item));
    void this.#send(roomId);
    return item;
  }

  /** Sends a failed message again, as the same message. */
  retry(clientKey: string): void {
    const item = this.#find(clientKey);
    if (item?.state !== 'failed') return;
    this.#change(item, 'pending', '');
    void this.#send(item.roomId);
  }

  /** Gives up a message that is not under way, and returns its text; null when there is no such message. */
  discard(clientKey: string): string | null {
    const item = this.#find(clientKey);
    if (item === undefined || this.#sending.get(item.roomId) === clientKey) return null;
    this.#remove(item);
    void this.#send(item.roomId);
    return item.body;
  }

  /** The message is on the server, whichever way we heard of it. */
  acknowledge(clientKey: string): void {
    const item = this.#find(clientKey);
    if (item !== undefined) this.#remove(item);
  }

  /** Connected: everything goes out, and what other tabs have left behind with it. */
  resume(): void {
    this.#online = true;
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#sendAll();
    // Without a store there is nothing to take over.
    this.adopt().catch(() => undefined);
  }

  pause(): void {
    this.#online = false;
  }

  /** Stops for good, without losing anything: the account's next outbox finds it all. */
  close(): void {
    this.#online = false;
    this.#closed = true;
    for (const timer of this.#resting.values()) clearTimeout(timer);
    for (const item of this.#items) this.#persist((store) => store.put({ ...item, tab: '' }));
  }

  #sendAll(): void {
    for (const roomId of new Set(this.#items.map((item) => item.roomId))) void this.#send(roomId);
  }

  async #send(roomId: number): Promise<void> {
    while (this.#online && !this.#sending.has(roomId) && !this.#resting.has(roomId)) {
      const item = this.#items.find((other) => other.roomId === roomId && other.state === 'pending');
      if (item === undefined) return;
      this.#sending.set(roomId, item.clientKey);
      try {
        const message = await this.#options.send(item);
        this.#sending.delete(roomId);
        this.#backoff.delete(roomId);
        if (this.#closed) return;
        this.#options.acknowledged(message);
        this.acknowledge(item.clientKey);
      } catch (error) {
        this.#sending.delete(roomId);
        if (error instanceof Disconnected || this.#closed) return;
        if (!(error instanceof Refused)) throw error;
        this.#refuse(item, error);
      }
    }
  }

  #refuse(item: StoredItem, refusal: Refused): void {
    if (SESSION_OVER.has(refusal.code)) return this.pause();
    // It may have arrived by another way while this answer was under way.
    if (this.#find(item.clientKey) === undefined) return;
    if (PASSING.has(refusal.code)) return this.#rest(item.roomId, refusal.retryAfterMs);
    const failure = FAILING[refusal.code];
    if (failure !== undefined) return this.#change(item, 'failed', failure());
    if (this.#options.refused(item, refusal.message)) this.#remove(item);
    else this.#change(item, 'refused', refusal.message);
  }

  #rest(roomId: number, retryAfterMs: number | null): void {
    const backoff = this.#backoff.get(roomId) ?? new Backoff();
    this.#backoff.set(roomId, backoff);
    const wait = Math.max(backoff.next(), retryAfterMs ?? 0);
    const timer = setTimeout(() => {
      this.#resting.delete(roomId);
      void this.#send(roomId);
    }, wait);
    this.#resting.set(roomId, timer);
  }

  #find(clientKey: string): StoredItem | undefined {
    return this.#items.find((item) => item.clientKey === clientKey);
  }

  #change(item: StoredItem, state: StoredItem['state'], reason: string): void {
    const changed: StoredItem = { ...item, state, reason };
    this.#items = this.#items.map((other) => (other.clientKey === item.clientKey ? changed : other));
    this.#persist((store) => store.put(changed));
  }

  #remove(item: StoredItem): void {
    this.#items = this.#items.filter((other) => other.clientKey !== item.clientKey);
    this.#persist((store) => store.remove(item.clientKey));
  }

  /** In the order of the calls. A store that is full loses only what a reload would need; the page has it all. */
  #persist(write: (store: OutboxStore) => Promise<void>): void {
    this.#options.store.then(write).catch(() => undefined);
  }
}
