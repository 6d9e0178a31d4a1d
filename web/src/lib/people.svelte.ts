/** The people of the workspace and who of them is online. */
import type { Presence, UserResponse, UserView, UsersResponse } from '../protocol';
import type { Api } from './api';
import { LANGUAGE } from './i18n';

/** As many people as one request returns. */
const PAGE = 100;
/** People loaded in advance, for the switcher; further ones are asked for when they are seen. */
const PAGES = 10;
/** How long questions for single people are gathered. */
const GATHER_MS = 50;

const byName = new Intl.Collator(LANGUAGE, { sensitivity: 'base' });

export class People {
  #known = $state.raw<ReadonlyMap<number, UserView>>(new Map());
  #online = $state.raw<ReadonlySet<number>>(new Set());
  #count = $state(0);
  #listed = $state(true);
  readonly #all = $derived([...this.#known.values()].sort((a, b) => byName.compare(a.display_name, b.display_name) || a.id - b.id));
  readonly #onlineList = $derived(this.#listed ? this.#all.filter((user) => this.#online.has(user.id)) : []);
  readonly #wanted = new Set<number>();
  /** Asked for and not there: blocked or gone. They are not asked for again. */
  readonly #asked = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** Everybody known here, by name. */
  get all(): readonly UserView[] {
    return this.#all;
  }

  get online(): readonly UserView[] {
    return this.#onlineList;
  }

  get onlineCount(): number {
    return this.#count;
  }

  get onlineListed(): boolean {
    return this.#listed;
  }

  get onlineIds(): ReadonlySet<number> {
    return this.#online;
  }

  find(userId: number): UserView | undefined {
    return this.#known.get(userId);
  }

  isOnline(userId: number): boolean {
    return this.#online.has(userId);
  }

  /** Takes accounts as they are now. */
  learn(users: readonly UserView[]): void {
    if (users.length === 0) return;
    this.#known = new Map([...this.#known, ...users.map((user) => [user.id, user] as const)]);
  }

  /** Who is online, from `welcome`. An empty list with somebody online means that the server does not list them. */
  replaceOnline(ids: readonly number[], count: number): void {
    this.#listed = ids.length > 0 || count === 0;
    this.#online = new Set(ids);
    this.#count = count;
    this.want(ids);
  }

  /** What has changed since. `now` is the server's time. */
  changeOnline(change: Omit<Presence, 'type'>, now: number): void {
    this.#count = change.online_count;
    if (this.#listed !== change.listed) this.#online = new Set();
    this.#listed = change.listed;
    const online = new Set(this.#online);
    for (const id of change.came) online.add(id);
    for (const id of change.went) online.delete(id);
    this.#online = online;
    const seen = new Date(now).toISOString();
    this.learn(
      change.went.flatMap((id) => {
        const user = this.#known.get(id);
        return user === undefined ? [] : [{ ...user, online: false, last_seen_at: seen }];
      }),
    );
    this.want(change.came);
  }

  /** The answer to `presence_query` for `asked`. */
  answerOnline(asked: readonly number[], online: readonly number[]): void {
    const next = new Set(this.#online);
    for (const id of asked) next.delete(id);
    for (const id of online) next.add(id);
    this.#online = next;
  }

  /** Asks for people who are not known yet. */
  want(ids: Iterable<number>): void {
    for (const id of ids) if (!this.#known.has(id) && !this.#asked.has(id)) this.#wanted.add(id);
    if (this.#wanted.size === 0 || this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#fetchWanted();
    }, GATHER_MS);
  }

  /** The first thousand, by their ids. */
  async load(): Promise<void> {
    let after: number | null = 0;
    for (let page = 0; page < PAGES && after !== null && !this.#closed; page += 1) {
      const answer: UsersResponse = await this.#api.ask('GET', `/users?after=${after}&limit=${PAGE}`);
      this.learn(answer.users);
      after = answer.next;
    }
  }

  /** One person as the server has them now. */
  async refresh(userId: number): Promise<UserView> {
    const { user } = await this.#api.ask<UserResponse>('GET', `/users/${userId}`);
    this.learn([user]);
    return user;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #fetchWanted(): Promise<void> {
    const ids = [...this.#wanted].slice(0, PAGE);
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#asked.add(id);
    }
    try {
      this.learn((await this.#api.ask<UsersResponse>('GET', `/users?ids=${ids.join(',')}`)).users);
      this.want([]);
    } catch {
      // Names come with the messages too; whoever is seen again is asked for again.
      for (const id of ids) this.#asked.delete(id);
    }
  }
}
