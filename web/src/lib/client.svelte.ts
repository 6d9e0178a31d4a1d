/** Puts the parts together: one client per page. */
import type { ServerInfo } from '../protocol';
import { Backoff } from './backoff';
import { openStore, type KeyValueStore } from './browser';
import { ChatStore } from './chat.svelte';
import { ServerClock } from './clock';
import { SocketConnection } from './connection.svelte';
import type { Client, SessionState } from './contract';
import { openOutboxStore } from './outboxStore';
import { BrowserPreferences } from './preferences.svelte';
import { ApiProblem } from './problem';
import { BrowserSession } from './session.svelte';
import { Tabs } from './tabs';
import { MESSAGE_MAX_CHARS } from './text';
import { dayKey, untilMidnight } from './time';

/** The client of this page, not yet started. */
export function createClient(): Client {
  return new PageClient(openStore());
}

class PageClient implements Client {
  #server = $state.raw<ServerInfo | null>(null);
  readonly #clock = new ServerClock();
  #today = $state(dayKey(this.#clock.now()));
  readonly session: BrowserSession;
  readonly connection: SocketConnection;
  readonly chat: ChatStore;
  readonly preferences: BrowserPreferences;
  #midnight: ReturnType<typeof setTimeout> | undefined;
  #asking: ReturnType<typeof setTimeout> | undefined;

  constructor(store: KeyValueStore) {
    this.preferences = new BrowserPreferences(store);
    this.session = new BrowserSession({
      fetch: (input, init) => fetch(input, init),
      store,
      clock: this.#clock,
      changed: (state) => this.#sessionChanged(state),
    });
    const { api } = this.session;
    this.connection = new SocketConnection({
      url: `${location.origin.replace(/^http/u, 'ws')}/api/v1/ws`,
      openSocket: (url, protocol) => new WebSocket(url, protocol),
      token: async (renewed) => (renewed ? (await api.refresh()).access_token : api.accessToken()),
      cursors: () => this.chat.cursors(),
      welcomed: (frame) => this.chat.welcomed(frame),
      received: (frame) => this.chat.receive(frame),
      lost: () => this.chat.lost(),
      sessionEnded: (reason) => this.session.end(reason),
    });
    this.chat = new ChatStore({
      api,
      connection: this.connection,
      clock: this.#clock,
      store,
      outboxStore: openOutboxStore(),
      tabs: new Tabs(),
      limit: () => this.#server?.message_max_chars ?? MESSAGE_MAX_CHARS,
      meChanged: (me) => this.session.setMe(me),
    });
  }

  get server(): ServerInfo | null {
    return this.#server;
  }

  get today(): string {
    return this.#today;
  }

  start(): () => void {
    const stops = [this.session.start(), this.preferences.start()];
    document.addEventListener('visibilitychange', this.#turnDay);
    this.#turnDay();
    void this.#askServer(new Backoff());
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', this.#turnDay);
      clearTimeout(this.#midnight);
      clearTimeout(this.#asking);
      this.connection.close();
      this.chat.end();
    };
  }

  #sessionChanged(state: SessionState): void {
    if (state.kind === 'signed_in') {
      // Whoever is signed in has an account; after signing out the entrance must not take them for the first one.
      if (this.#server?.has_accounts === false) this.#server = { ...this.#server, has_accounts: true };
      this.chat.begin(state.me);
      this.connection.open();
      return;
    }
    this.connection.close();
    // In `ended` the conversation stays where it is, under the dialog.
    if (state.kind === 'signed_out') this.chat.end();
  }

  async #askServer(backoff: Backoff): Promise<void> {
    try {
      this.#server = await this.session.api.askOpenly<ServerInfo>('GET', '/server');
      this.#turnDay();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      this.#asking = setTimeout(() => void this.#askServer(backoff), backoff.next());
    }
  }

  /** Also when the tab wakes up: timers do not run while the machine sleeps. */
  readonly #turnDay = (): void => {
    clearTimeout(this.#midnight);
    const now = this.#clock.now();
    this.#today = dayKey(now);
    this.#midnight = setTimeout(this.#turnDay, untilMidnight(now) + 50);
  };
}
