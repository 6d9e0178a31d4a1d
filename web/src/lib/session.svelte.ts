/** Who is signed in here, in this tab and in the others of the browser. */
import type { MeView, SessionsEnded, SessionsResponse, SignedIn } from '../protocol';
import { Api } from './api';
import { Backoff } from './backoff';
import type { KeyValueStore } from './browser';
import type { ServerClock } from './clock';
import type { EndReason, FormOutcome, Session, SessionState, SessionView, UserView } from './contract';
import { ApiProblem, outcomeOf } from './problem';

/** Which session this browser has; it tells other tabs, and a fresh page whether there is anything to restore. */
const SESSION = 'chatterbox.session';
/** Set when signing out could not reach the server: the cookie still lives and the server must be told. */
const SIGN_OUT_OWED = 'chatterbox.sign_out_owed';

export interface SessionOptions {
  readonly fetch: typeof fetch;
  readonly store: KeyValueStore;
  readonly clock: ServerClock;
  /** Called after every change of `state`. */
  readonly changed: (state: SessionState) => void;
}

/** What is kept under `chatterbox.session`. */
interface Mark {
  readonly user_id: number;
  readonly session_id: number;
}

export class BrowserSession implements Session {
  #state = $state.raw<SessionState>({ kind: 'restoring', unreachable: false });
  #id: number | null = null;
  /** We have asked to be signed out everywhere: our own end is no news. */
  #leaving = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #backoff = new Backoff();
  readonly #options: SessionOptions;
  readonly api: Api;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.api = new Api({
      fetch: options.fetch,
      store: options.store,
      clock: options.clock,
      accept: (answer) => this.#accept(answer),
      ended: (problem) => this.#lost(problem),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Restores the session and follows what other tabs do. The result stops both. */
  start(): () => void {
    const unwatch = this.#options.store.watch((key, value) => {
      if (key === SESSION) this.#followOtherTab(value);
    });
    const again = (): void => {
      if (this.#state.kind === 'restoring' && this.#retry !== undefined) void this.#restore();
    };
    window.addEventListener('online', again);
    void this.#restore();
    return () => {
      unwatch();
      window.removeEventListener('online', again);
      clearTimeout(this.#retry);
    };
  }

  async signIn(login: string, password: string): Promise<FormOutcome> {
    const who = login.includes('@') ? { email: login.trim() } : { username: login.trim() };
    return this.#enter('/auth/login', { ...who, password });
  }

  async signUp(username: string, password: string, email: string): Promise<FormOutcome> {
    const address = email.trim() === '' ? {} : { email: email.trim() };
    return this.#enter('/auth/register', { username: username.trim(), password, ...address });
  }

  async signOut(): Promise<void> {
    const token = this.api.presentToken();
    this.#options.store.set(SIGN_OUT_OWED, '1');
    this.leave();
    // Without an answer it stays owed, and the next start pays.
    await this.#paySignOut(token).catch(() => undefined);
  }

  async signOutEverywhere(): Promise<FormOutcome> {
    this.#leaving = true;
    const outcome = await this.#attempt(async () => {
      await this.api.ask<SessionsEnded>('POST', '/auth/logout-all');
      this.leave();
    });
    this.#leaving = false;
    return outcome;
  }

  leave(): void {
    const state = this.#state;
    // By now the mark may be somebody else's, who is signed in in another tab.
    const isOurs = state.kind !== 'ended' || this.#mark()?.user_id === state.me.id;
    if (isOurs) this.#options.store.remove(SESSION);
    this.#forget();
  }

  async changePassword(current: string, next: string): Promise<FormOutcome> {
    return this.#attempt(() => this.api.ask<void>('POST', '/auth/password', { current_password: current, new_password: next }));
  }

  async updateProfile(change: { display_name?: string; about?: string }): Promise<FormOutcome> {
    return this.#attempt(async () => this.setMe((await this.api.ask<MeView>('PATCH', '/me', change)).user));
  }

  async listSessions(): Promise<readonly SessionView[]> {
    return (await this.api.ask<SessionsResponse>('GET', '/me/sessions')).sessions;
  }

  async endSession(id: number): Promise<FormOutcome> {
    return this.#attempt(() => this.api.ask<void>('DELETE', `/me/sessions/${id}`));
  }

  /** The account as the server has it now. */
  setMe(me: UserView): void {
    if (this.#state.kind === 'signed_in' && this.#state.me.id === me.id) this.#state = { kind: 'signed_in', me };
  }

  /** The server has ended this session. */
  end(reason: string): void {
    const state = this.#state;
    if (state.kind === 'ended') return;
    this.api.forget();
    // Who signs out in this browser removes the mark first. With the mark, it was another device that signed out everywhere.
    const wanted = this.#leaving || (reason === 'signed_out' && this.#mark() === null);
    if (state.kind !== 'signed_in' || wanted) {
      this.#forget();
      return;
    }
    // The mark stays: removing it would tell the other tabs that somebody signed out, and their dialog would not come.
    this.#id = null;
    const known = reason === 'signed_out' ? 'ended_elsewhere' : reason;
    this.#become({ kind: 'ended', me: state.me, reason: isEndReason(known) ? known : 'expired' });
  }

  async #enter(path: '/auth/login' | '/auth/register', body: object): Promise<FormOutcome> {
    return this.#attempt(async () => {
      const answer = await this.api.signIn(path, body);
      this.#options.store.remove(SIGN_OUT_OWED);
      this.#settle(answer);
    });
  }

  async #restore(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const { store } = this.#options;
    try {
      if (store.get(SIGN_OUT_OWED) !== null) await this.#paySignOut(null);
      // Nobody has signed in here: asking would only be refused. Where nothing is kept, only asking can tell.
      if (store.lasting && this.#mark() === null) {
        if (this.#state.kind === 'restoring') this.#forget();
        return;
      }
      this.#settle(await this.api.refresh());
      this.#backoff.reset();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (this.#state.kind !== 'restoring') return;
      this.#become({ kind: 'restoring', unreachable: true });
      this.#retry = setTimeout(() => void this.#restore(), Math.max(this.#backoff.next(), error.retryAfterMs ?? 0));
    }
  }

  async #paySignOut(token: string | null): Promise<void> {
    try {
      await this.api.signOut(token);
    } catch (error) {
      // "You are not signed in" is what was wanted; without an answer it stays owed.
      if (!(error instanceof ApiProblem) || error.passes || error.status >= 500) throw error;
    }
    this.#options.store.remove(SIGN_OUT_OWED);
  }

  /** The cookie is shared by all tabs: an answer may be for another account than the one on this screen. */
  #accept(answer: SignedIn): boolean {
    const state = this.#state;
    if ((state.kind === 'signed_in' || state.kind === 'ended') && state.me.id !== answer.user.id) {
      this.end('other_account');
      return false;
    }
    return true;
  }

  /** The server refused to renew the token. */
  #lost(problem: ApiProblem): void {
    this.end(problem.code === 'account_blocked' ? 'account_blocked' : 'expired');
  }

  #settle(answer: SignedIn): void {
    this.#id = answer.session_id;
    const mark: Mark = { user_id: answer.user.id, session_id: answer.session_id };
    this.#options.store.set(SESSION, JSON.stringify(mark));
    this.#become({ kind: 'signed_in', me: answer.user });
  }

  #followOtherTab(value: string | null): void {
    const state = this.#state;
    const mark = readMark(value);
    if (mark === null) {
      // Signing out there is signing out here: the conversation should not stay on the screen.
      if (state.kind === 'signed_in' || state.kind === 'ended') this.#forget();
      return;
    }
    if (state.kind === 'signed_in') {
      if (mark.user_id !== state.me.id) this.end('other_account');
      else if (mark.session_id !== this.#id) this.api.forget();
      return;
    }
    if (state.kind === 'ended' && mark.user_id !== state.me.id) return;
    void this.#restore();
  }

  #mark(): Mark | null {
    return readMark(this.#options.store.get(SESSION));
  }

  async #attempt(task: () => Promise<void>): Promise<FormOutcome> {
    try {
      await task();
      return { ok: true };
    } catch (error) {
      return outcomeOf(error, Date.now());
    }
  }

  /** To the sign-in page, in this tab only. */
  #forget(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.api.forget();
    this.#id = null;
    this.#become({ kind: 'signed_out' });
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#options.changed(state);
  }
}

function readMark(value: string | null): Mark | null {
  if (value === null) return null;
  try {
    const mark = JSON.parse(value) as Partial<Mark> | null;
    return typeof mark?.user_id === 'number' && typeof mark.session_id === 'number' ? { user_id: mark.user_id, session_id: mark.session_id } : null;
  } catch {
    return null;
  }
}

const END_REASONS: ReadonlySet<string> = new Set<EndReason>([
  'ended_elsewhere',
  'password_changed',
  'refresh_reused',
  'account_blocked',
  'expired',
  'other_account',
]);

function isEndReason(reason: string): reason is EndReason {
  return END_REASONS.has(reason);
}
