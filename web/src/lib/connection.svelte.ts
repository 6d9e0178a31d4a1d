/** The WebSocket: opened, kept, found dead, opened again, and what people see of that. */
import { PROTOCOL_VERSION } from '../protocol';
import { Backoff } from './backoff';
import type { Connection } from './contract';
import { ApiProblem } from './problem';
import { CLOSE, readFrame, type ClientFrame, type EventFrame, type OkFrame, type WelcomeFrame } from './wire';

/** Cuts shorter than this are not shown. */
const UNSEEN_MS = 2000;
/** A countdown shorter than this would only flicker. */
const SHORTEST_COUNTDOWN_MS = 3000;
/** Every request is answered within this, or the connection is dead. */
const ANSWER_MS = 15_000;
/** The same after a reason for doubt: the tab woke up, the network changed. */
const DOUBT_MS = 4000;
/** The server's pings are invisible to a page, so it asks by itself when nothing has come for this long. */
const SILENCE_MS = 60_000;
/** A connection that held this long was a good one: the next failure counts as the first. */
const GOOD_MS = 5000;

/** The server said no to a request over the socket. */
export class Refused extends Error {
  readonly code: string;
  readonly retryAfterMs: number | null;

  constructor(code: string, detail: string, retryAfterMs: number | null) {
    super(detail);
    this.name = 'Refused';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The connection was lost before the answer; whether the request was done is not known. */
export class Disconnected extends Error {
  constructor() {
    super('disconnected');
    this.name = 'Disconnected';
  }
}

export interface ConnectionOptions {
  /** The address of the socket, without the token: `wss://host/api/v1/ws`. */
  readonly url: string;
  readonly openSocket: (url: string, protocol: string) => WebSocket;
  /** A good access token. `renewed` asks for a new one: the last attempt failed before the server said a word. */
  readonly token: (renewed: boolean) => Promise<string>;
  /** For `hello`: the highest version seen of each room. */
  readonly cursors: () => Record<string, number>;
  readonly welcomed: (frame: WelcomeFrame) => void;
  readonly received: (frame: EventFrame) => void;
  readonly lost: () => void;
  readonly sessionEnded: (reason: string) => void;
}

interface Waiting {
  readonly resolve: (frame: OkFrame) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class SocketConnection implements Connection {
  #state = $state<Connection['state']>('idle');
  #troubled = $state(false);
  #secondsLeft = $state(0);
  #countdown = $state(false);
  #serverReplaced = $state(false);

  readonly #options: ConnectionOptions;
  readonly #backoff = new Backoff();
  readonly #requests = new Map<number, Waiting>();
  #socket: WebSocket | null = null;
  /** Counts attempts; what an earlier one still brings is not for us. */
  #attempt = 0;
  #reference = 0;
  #welcomedAt: number | null = null;
  #distrustToken = false;
  #comeBackAfterMs: number | null = null;
  #serverVersion: string | null = null;
  #retryAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #unseen: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #greeting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): Connection['state'] {
    return this.#state;
  }

  get shown(): Connection['shown'] {
    if (this.#state === 'outdated') return 'outdated';
    if (!this.#troubled) return 'fine';
    if (this.#state === 'offline') return 'offline';
    return this.#state === 'waiting' && this.#countdown ? 'waiting' : 'reconnecting';
  }

  get secondsLeft(): number {
    return this.#secondsLeft;
  }

  get serverReplaced(): boolean {
    return this.#serverReplaced;
  }

  /** Connects and stays connected until `close`. */
  open(): void {
    if (this.#state !== 'idle') return;
    window.addEventListener('online', this.#wake);
    window.addEventListener('offline', this.#wake);
    window.addEventListener('pageshow', this.#wake);
    document.addEventListener('visibilitychange', this.#wake);
    this.#notFine();
    void this.#connect();
  }

  /** Lets go of the socket and stays away. */
  close(): void {
    window.removeEventListener('online', this.#wake);
    window.removeEventListener('offline', this.#wake);
    window.removeEventListener('pageshow', this.#wake);
    document.removeEventListener('visibilitychange', this.#wake);
    this.#drop();
    this.#fine();
    this.#backoff.reset();
    this.#distrustToken = false;
    this.#state = 'idle';
  }

  tryNow(): void {
    if (this.#state !== 'waiting' && this.#state !== 'offline') return;
    this.#backoff.reset();
    void this.#connect();
  }

  /**
   * Sends a request and waits for its answer. Fails with `Refused`, or with `Disconnected` when there is no
   * connection or it is lost meanwhile.
   */
  request(frame: ClientFrame, withinMs = ANSWER_MS): Promise<OkFrame> {
    const socket = this.#socket;
    if (this.#state !== 'online' || socket === null) return Promise.reject(new Disconnected());
    this.#reference += 1;
    const reference = this.#reference;
    return new Promise<OkFrame>((resolve, reject) => {
      const timer = setTimeout(() => {
        if (this.#socket === socket) this.#fail();
      }, withinMs);
      this.#requests.set(reference, { resolve, reject, timer });
      socket.send(JSON.stringify({ ...frame, ref: reference }));
    });
  }

  /** Sends what may be lost: typing, and which rooms are open. */
  tell(frame: ClientFrame): void {
    if (this.#state !== 'online') return;
    this.#reference += 1;
    this.#socket?.send(JSON.stringify({ ...frame, ref: this.#reference }));
  }

  readonly #wake = (event: Event): void => {
    if (event.type === 'visibilitychange' && document.visibilityState !== 'visible') return;
    if (event.type === 'offline') {
      if (this.#state === 'waiting') this.#state = 'offline';
      this.#doubt();
    } else if (this.#state === 'online') this.#doubt();
    // An attempt that began on another network may hang until it times out.
    else if (this.#state === 'connecting' && event.type === 'online') void this.#connect();
    else this.tryNow();
  };

  /** Asks something small; without an answer the connection is dead, whatever the browser believes. */
  #doubt(withinMs = DOUBT_MS): void {
    this.request({ type: 'presence_query', user_ids: [] }, withinMs).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    this.#drop();
    this.#state = 'connecting';
    const attempt = this.#attempt;
    let token: string;
    try {
      token = await this.#options.token(this.#distrustToken);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      if (!(error instanceof ApiProblem)) throw error;
      // When the session is over, whoever told us closes this connection.
      this.#comeBackAfterMs = error.retryAfterMs;
      this.#fail();
      return;
    }
    if (attempt !== this.#attempt) return;
    const socket = this.#options.openSocket(`${this.#options.url}?token=${encodeURIComponent(token)}`, `chatterbox.v${PROTOCOL_VERSION}`);
    this.#socket = socket;
    // A failed upgrade looks the same to a page whatever its cause; a token that was refused must not be tried for ever.
    this.#distrustToken = true;
    this.#greeting = setTimeout(() => this.#fail(), ANSWER_MS);
    // Events of a socket that was given up may still come; they are about the past.
    const current = (): boolean => this.#socket === socket;
    socket.addEventListener('open', () => {
      if (!current()) return;
      this.#reference += 1;
      const hello: ClientFrame = { type: 'hello', protocol: PROTOCOL_VERSION, cursors: this.#options.cursors() };
      socket.send(JSON.stringify({ ...hello, ref: this.#reference }));
    });
    socket.addEventListener('message', (event) => {
      if (current()) this.#receive(event.data);
    });
    socket.addEventListener('close', (event) => {
      if (current()) this.#closed(event.code);
    });
  }

  #receive(data: unknown): void {
    const frame = readFrame(data);
    if (frame === null) return;
    this.#listen();
    switch (frame.type) {
      case 'welcome':
        this.#welcome(frame);
        return;
      case 'ok':
        this.#answer(frame.ref, (waiting) => waiting.resolve(frame));
        return;
      case 'error':
        this.#answer(frame.ref, (waiting) => waiting.reject(new Refused(frame.code, frame.detail, frame.retry_after_ms ?? null)));
        return;
      case 'session_ended':
        this.#options.sessionEnded(frame.reason);
        return;
      case 'server_closing':
        this.#comeBackAfterMs = frame.retry_after_ms;
        return;
      default:
        this.#options.received(frame);
    }
  }

  #welcome(frame: WelcomeFrame): void {
    clearTimeout(this.#greeting);
    this.#distrustToken = false;
    this.#comeBackAfterMs = null;
    this.#welcomedAt = performance.now();
    if (this.#serverVersion !== null && this.#serverVersion !== frame.server_version) this.#serverReplaced = true;
    this.#serverVersion ??= frame.server_version;
    this.#state = 'online';
    this.#fine();
    this.#options.welcomed(frame);
  }

  #answer(reference: number | null, settle: (waiting: Waiting) => void): void {
    const waiting = reference === null ? undefined : this.#requests.get(reference);
    if (reference === null || waiting === undefined) return;
    this.#requests.delete(reference);
    clearTimeout(waiting.timer);
    settle(waiting);
  }

  #closed(code: number): void {
    if (code === CLOSE.protocolNotSupported) {
      this.#drop();
      this.#state = 'outdated';
      return;
    }
    this.#fail();
    if (code === CLOSE.sessionEnded) this.#options.sessionEnded('ended_elsewhere');
  }

  /** Gives up this attempt or connection and plans the next one. */
  #fail(): void {
    if (this.#welcomedAt !== null && performance.now() - this.#welcomedAt >= GOOD_MS) this.#backoff.reset();
    const wait = this.#comeBackAfterMs ?? this.#backoff.next();
    this.#comeBackAfterMs = null;
    this.#drop();
    this.#notFine();
    this.#state = navigator.onLine ? 'waiting' : 'offline';
    this.#retryAt = performance.now() + wait;
    this.#countdown = wait >= SHORTEST_COUNTDOWN_MS;
    this.#count();
    this.#tick = setInterval(() => this.#count(), 250);
    this.#retry = setTimeout(() => void this.#connect(), wait);
  }

  #count(): void {
    this.#secondsLeft = Math.max(0, Math.ceil((this.#retryAt - performance.now()) / 1000));
  }

  /** Ends everything of the present attempt: socket, timers, requests. */
  #drop(): void {
    this.#attempt += 1;
    clearTimeout(this.#retry);
    clearInterval(this.#tick);
    clearTimeout(this.#silence);
    clearTimeout(this.#greeting);
    this.#secondsLeft = 0;
    const socket = this.#socket;
    const wasWelcomed = this.#welcomedAt !== null;
    this.#socket = null;
    this.#welcomedAt = null;
    const waiting = [...this.#requests.values()];
    this.#requests.clear();
    // No longer online before anybody hears of it, so that nobody sends into the void.
    if (this.#state === 'online') this.#state = 'connecting';
    socket?.close();
    for (const { reject, timer } of waiting) {
      clearTimeout(timer);
      reject(new Disconnected());
    }
    if (wasWelcomed) this.#options.lost();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#doubt(ANSWER_MS), SILENCE_MS);
  }

  #fine(): void {
    clearTimeout(this.#unseen);
    this.#unseen = undefined;
    this.#troubled = false;
  }

  #notFine(): void {
    if (this.#troubled) return;
    this.#unseen ??= setTimeout(() => {
      this.#troubled = true;
    }, UNSEEN_MS);
  }
}
