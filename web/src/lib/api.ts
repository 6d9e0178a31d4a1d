/** The HTTP interface: typed requests, the access token, and its renewal. */
import type { RefreshRequest, SignedIn } from '../protocol';
import { newUuid, withLock, type KeyValueStore } from './browser';
import type { ServerClock } from './clock';
import { ApiProblem } from './problem';

/** Where the name of a refresh under way is kept until its answer is there, so that a reload can repeat it. */
const ATTEMPT = 'chatterbox.refresh_attempt';
/** A token with less life than this is renewed before it is used: it must survive the way to the server. */
const MARGIN_MS = 30_000;
/** No request of ours takes this long; a connection that died silently would never answer. */
const TIMEOUT_MS = 20_000;

export interface ApiOptions {
  readonly fetch: typeof fetch;
  readonly store: KeyValueStore;
  readonly clock: ServerClock;
  /**
   * Judges every renewed token before it is used: the cookie is shared by all tabs, so it can belong to somebody else
   * by now. False refuses it.
   */
  readonly accept: (answer: SignedIn) => boolean;
  /** The server says that this session is over. */
  readonly ended: (problem: ApiProblem) => void;
}

interface Token {
  readonly value: string;
  readonly lifeMs: number;
  /** When it was received, by the steady clock and by the device's. */
  readonly steady: number;
  readonly wall: number;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export class Api {
  #token: Token | null = null;
  #refreshing: Promise<SignedIn> | null = null;
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** Asks with the access token, renewing it first when it is old and once more when the server refuses it. */
  async ask<Answer>(method: Method, path: string, body?: object): Promise<Answer> {
    const token = await this.accessToken();
    try {
      return await this.#send<Answer>(method, path, body, token);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      if (error.code === 'session_ended') {
        this.#options.ended(error);
        throw error;
      }
      // Somebody may have renewed it while we were asking.
      if (this.#token?.value === token) this.forget();
      return this.#send<Answer>(method, path, body, await this.accessToken());
    }
  }

  /** Asks without a token: sign-in, sign-up, the server's info. */
  askOpenly<Answer>(method: Method, path: string, body?: object): Promise<Answer> {
    return this.#send<Answer>(method, path, body, null);
  }

  /** Signs in or up; the answer's token is used from now on. */
  async signIn(path: '/auth/login' | '/auth/register', body: object): Promise<SignedIn> {
    const answer = await this.#send<SignedIn>('POST', path, body, null);
    this.#options.store.remove(ATTEMPT);
    this.#keep(answer);
    return answer;
  }

  /** Ends the session of `token`, or of the cookie when that is null. */
  async signOut(token: string | null): Promise<void> {
    await this.#send<void>('POST', '/auth/logout', undefined, token);
  }

  /** The token as it is, if it still lives. */
  presentToken(): string | null {
    return this.#token !== null && lifeLeft(this.#token) > 0 ? this.#token.value : null;
  }

  /** A token that is good for a while. */
  async accessToken(): Promise<string> {
    const token = this.#token;
    if (token !== null && lifeLeft(token) > MARGIN_MS) return token.value;
    return (await this.refresh()).access_token;
  }

  /** Throws the token away; the next request renews it. */
  forget(): void {
    this.#token = null;
  }

  /** Renews the token; all who ask meanwhile get the same answer. */
  refresh(): Promise<SignedIn> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<SignedIn> {
    // One tab at a time: the secret in the cookie may be used once, and using a spent one ends the session.
    const answer = await withLock('chatterbox.refresh', () => this.#attempt());
    if (!this.#options.accept(answer)) throw new ApiProblem('session_ended', 401, '');
    this.#keep(answer);
    return answer;
  }

  async #attempt(): Promise<SignedIn> {
    const { store } = this.#options;
    // Without an answer the name stays: the server may have done it, and gives the same answer to the same name.
    const attempt = store.get(ATTEMPT) ?? newUuid();
    store.set(ATTEMPT, attempt);
    try {
      const answer = await this.#send<SignedIn>('POST', '/auth/refresh', { attempt } satisfies RefreshRequest, null);
      store.remove(ATTEMPT);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500) throw error;
      store.remove(ATTEMPT);
      if (error.status === 401 || error.code === 'account_blocked') this.#options.ended(error);
      throw error;
    }
  }

  #keep(answer: SignedIn): void {
    this.#token = {
      value: answer.access_token,
      lifeMs: answer.expires_in * 1000,
      steady: performance.now(),
      wall: Date.now(),
    };
  }

  async #send<Answer>(method: Method, path: string, body: object | undefined, token: string | null): Promise<Answer> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token !== null) headers['Authorization'] = `Bearer ${token}`;
    let response: Response;
    try {
      response = await this.#options.fetch(`/api/v1${path}`, {
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      this.#options.clock.observe(response.headers.get('Date'));
      if (!response.ok) throw await ApiProblem.read(response);
      return (response.status === 204 ? undefined : await response.json()) as Answer;
    } catch (error) {
      throw error instanceof ApiProblem ? error : ApiProblem.unreachable();
    }
  }
}

/**
 * By whichever clock has gone further: the steady one stands still in some browsers while the machine sleeps, the
 * device's can be set back. Neither is compared with the server's.
 */
function lifeLeft(token: Token): number {
  return token.lifeMs - Math.max(performance.now() - token.steady, Date.now() - token.wall);
}
