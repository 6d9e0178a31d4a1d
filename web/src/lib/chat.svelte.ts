/** The chat of the signed-in account: rooms and people, kept true by the frames of the server. */
import type { RoomResponse, RoomView, UserView } from '../protocol';
import { Account, type AccountSurroundings } from './account.svelte';
import { Announcer } from './announce';
import type { Chat, Destination, FormOutcome } from './contract';
import { rank } from './fuzzy';
import { NOTICES_UP_TO } from './notices';
import { outcomeOf } from './problem';
import { Room, type RoomSurroundings } from './room.svelte';
import type { EventFrame, WelcomeFrame } from './wire';

/** While the server does not list who is online, it is asked about the people shown this often. */
const ASK_PRESENCE_MS = 30_000;
/** The most people that one such question may name. */
const ASK_PRESENCE_OF = 200;

export interface ChatOptions extends AccountSurroundings {
  /** The most characters of a message. */
  readonly limit: () => number;
  /** The account's own profile has changed. */
  readonly meChanged: (me: UserView) => void;
}

type Presence = Extract<EventFrame, { type: 'presence' }>;

export class ChatStore implements Chat {
  #account = $state.raw<Account | null>(null);
  #ready = $state(false);
  #rooms = $state.raw<ReadonlyMap<number, Room>>(new Map());
  #currentId = $state<number | null>(null);
  #announcement = $state('');
  readonly #ordered = $derived([...this.#rooms.values()].sort(inOrder));
  readonly #options: ChatOptions;
  readonly #announcer = new Announcer((text) => {
    this.#announcement = text;
  });
  #peopleLoaded = false;
  /** Online before our own connection was cut: their coming back is no news. */
  #expectedBack = new Set<number>();
  #presenceAskedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChatOptions) {
    this.#options = options;
  }

  get ready(): boolean {
    return this.#ready;
  }

  get me(): UserView | null {
    return this.#account?.me ?? null;
  }

  get rooms(): readonly Room[] {
    return this.#ordered;
  }

  get current(): Room | null {
    return this.#currentId === null ? null : (this.#rooms.get(this.#currentId) ?? null);
  }

  get people(): readonly UserView[] {
    return this.#account?.people.all ?? [];
  }

  get online(): readonly UserView[] {
    return this.#account?.people.online ?? [];
  }

  get onlineCount(): number {
    return this.#account?.people.onlineCount ?? 0;
  }

  get onlineListed(): boolean {
    return this.#account?.people.onlineListed ?? true;
  }

  get unread(): number {
    return this.#ordered.reduce((sum, room) => sum + room.unread, 0);
  }

  get unsent(): number {
    return this.#account?.outbox.items.length ?? 0;
  }

  get announcement(): string {
    return this.#announcement;
  }

  /** The account whose chat this is from now on. The same account as before finds everything as it was. */
  begin(me: UserView): void {
    if (this.#account?.me.id === me.id) {
      this.#account.people.learn([me]);
      return;
    }
    this.end();
    this.#account = new Account(me, this.#options, {
      draftChanged: (roomId, text) => this.room(roomId)?.draftElsewhere(text),
      acknowledged: (message) => this.room(message.room_id)?.acknowledge(message),
      refused: (item, reason) => this.room(item.roomId)?.refuse(item.body, reason) ?? false,
    });
  }

  /** Nobody is signed in: nothing of the account stays on the page. */
  end(): void {
    this.#account?.close();
    this.#account = null;
    for (const room of this.#rooms.values()) room.close();
    this.#rooms = new Map();
    this.#currentId = null;
    this.#ready = false;
    this.#peopleLoaded = false;
    this.#expectedBack = new Set();
    this.#announcer.silence();
  }

  /** What `hello` says: the rooms in which we could have missed something. */
  cursors(): Record<string, number> {
    const known = [...this.#rooms.values()].flatMap((room) => (room.cursor === null ? [] : [[String(room.id), room.cursor] as const]));
    return Object.fromEntries(known);
  }

  welcomed(frame: WelcomeFrame): void {
    const account = this.#account;
    if (account === null) return;
    account.people.learn([frame.me]);
    this.#options.meChanged(frame.me);
    const before = account.people.onlineIds;
    account.people.replaceOnline(frame.online, frame.online_count);
    this.#expectedBack = new Set([...before].filter((id) => !account.people.isOnline(id)));
    this.#takeRooms(frame.rooms);
    this.#ready = true;
    if (this.current === null) {
      const first = this.#ordered[0];
      if (first !== undefined) this.openRoom(first.id);
    } else this.#watch();
    for (const room of this.#rooms.values()) room.reconnected();
    account.outbox.resume();
    this.#loadPeople(account);
    this.#askPresence();
  }

  lost(): void {
    this.#account?.outbox.pause();
    for (const room of this.#rooms.values()) room.disconnected();
  }

  receive(frame: EventFrame): void {
    const account = this.#account;
    if (account === null) return;
    switch (frame.type) {
      case 'message_posted':
      case 'message_changed':
        account.people.want([frame.message.author.id]);
        this.room(frame.message.room_id)?.receive(frame.message);
        return;
      case 'room_changed':
        this.#takeRoom(frame.room);
        return;
      case 'room_removed':
        this.#removeRoom(frame.room_id);
        return;
      case 'read_changed':
        this.room(frame.room_id)?.readElsewhere(frame.last_read_seq, frame.unread);
        return;
      case 'typing':
        this.room(frame.room_id)?.someoneTypes(frame.user_id, frame.active);
        return;
      case 'presence':
        this.#presence(account, frame);
        return;
      case 'user_changed':
        account.people.learn([frame.user]);
        if (frame.user.id === account.me.id) this.#options.meChanged(frame.user);
        return;
      case 'resync':
        this.room(frame.room_id)?.resync(frame.cursor);
    }
  }

  isOnline(userId: number): boolean {
    return this.#account?.people.isOnline(userId) ?? false;
  }

  person(userId: number): UserView | undefined {
    return this.#account?.people.find(userId);
  }

  room(roomId: number): Room | undefined {
    return this.#rooms.get(roomId);
  }

  openRoom(roomId: number): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    if (this.#currentId !== roomId) {
      this.current?.typed(false);
      this.#announcer.silence();
      this.#currentId = roomId;
      this.#watch();
    }
    room.show();
  }

  async openDirect(userId: number): Promise<FormOutcome> {
    const known = this.#ordered.find((room) => room.peerId === userId);
    if (known !== undefined) {
      this.openRoom(known.id);
      return { ok: true };
    }
    try {
      const { room } = await this.#options.api.ask<RoomResponse>('POST', '/direct', { user_id: userId });
      this.#takeRoom(room);
      this.openRoom(room.id);
      return { ok: true };
    } catch (error) {
      return outcomeOf(error, Date.now());
    }
  }

  openNeighbour(step: -1 | 1): void {
    const rooms = this.#ordered;
    const at = rooms.findIndex((room) => room.id === this.#currentId);
    const next = rooms[(at + step + rooms.length) % rooms.length];
    if (next !== undefined) this.openRoom(next.id);
  }

  findDestinations(query: string): readonly Destination[] {
    const me = this.me?.id;
    const peers = new Set(this.#ordered.map((room) => room.peerId));
    const rooms = this.#ordered.map((room) => destination('room', room.id, room.name, room.peer, room.unread));
    const others = this.people.filter((user) => user.id !== me && !peers.has(user.id));
    const people = others.map((user) => destination('person', user.id, user.display_name, user, 0));
    const candidates = [...rooms, ...people].map((found) => ({
      found,
      names: [found.name, found.detail.slice(1)].filter((name) => name !== ''),
      unread: found.unread,
    }));
    return rank(query, candidates).map(({ item, matches }) => ({ ...item.found, matches }));
  }

  async openDestination({ kind, id }: Destination): Promise<FormOutcome> {
    if (kind === 'person') return this.openDirect(id);
    this.openRoom(id);
    return { ok: true };
  }

  #takeRooms(views: readonly RoomView[]): void {
    const present = new Set(views.map((view) => view.id));
    for (const id of this.#rooms.keys()) if (!present.has(id)) this.#removeRoom(id);
    for (const view of views) this.#takeRoom(view);
  }

  #takeRoom(view: RoomView): void {
    const account = this.#account;
    if (account === null) return;
    const known = this.#rooms.get(view.id);
    if (known !== undefined) known.take(view);
    else this.#rooms = new Map([...this.#rooms, [view.id, new Room(view, this.#surroundings(account))]]);
    if (view.peer_id !== null) account.people.want([view.peer_id]);
  }

  #removeRoom(roomId: number): void {
    this.#rooms.get(roomId)?.close();
    const rest = new Map(this.#rooms);
    rest.delete(roomId);
    this.#rooms = rest;
    if (this.#currentId !== roomId) return;
    this.#currentId = null;
    const first = this.#ordered[0];
    if (first !== undefined) this.openRoom(first.id);
  }

  #surroundings(account: Account): RoomSurroundings {
    const { api, connection, clock, limit } = this.#options;
    const { people, outbox, drafts } = account;
    return {
      api,
      connection,
      clock,
      people,
      outbox,
      drafts,
      limit,
      me: () => account.me,
      isCurrent: (roomId) => this.#currentId === roomId,
      heard: (roomId, message) => {
        if (roomId !== this.#currentId) return;
        const name = people.find(message.author.id)?.display_name ?? message.author.display_name;
        this.#announcer.hear({ name, text: message.body });
      },
    };
  }

  #presence(account: Account, frame: Presence): void {
    const { people, me } = account;
    const news = (id: number): boolean => id !== me.id && !this.#expectedBack.has(id);
    // The difference of a second may repeat what the welcome in its middle has told already.
    const came = frame.came.filter((id) => news(id) && !people.isOnline(id));
    const went = frame.went.filter((id) => news(id) && people.isOnline(id));
    people.changeOnline(frame, this.#options.clock.now());
    if (!frame.listed) this.#askPresence();
    for (const id of frame.came) this.#expectedBack.delete(id);
    if (!frame.listed || frame.online_count > NOTICES_UP_TO) return;
    for (const room of this.#rooms.values()) {
      const concerns = (id: number): boolean => room.peerId === null || room.peerId === id;
      const cameHere = came.filter(concerns);
      const wentHere = went.filter(concerns);
      if (wentHere.length > 0) room.cameOrWent(false, wentHere);
      if (cameHere.length > 0) room.cameOrWent(true, cameHere);
    }
  }

  #watch(): void {
    if (this.#currentId !== null) this.#options.connection.tell({ type: 'watch', room_ids: [this.#currentId] });
  }

  #loadPeople(account: Account): void {
    if (this.#peopleLoaded) return;
    this.#peopleLoaded = true;
    account.people.load().catch(() => {
      // The next welcome tries again; until then people are asked for one by one, as they are seen.
      this.#peopleLoaded = false;
    });
  }

  #askPresence(): void {
    const account = this.#account;
    const now = performance.now();
    if (account === null || account.people.onlineListed || now - this.#presenceAskedAt < ASK_PRESENCE_MS) return;
    const shown = this.#ordered.flatMap((room) => room.peerId ?? []).slice(0, ASK_PRESENCE_OF);
    if (shown.length === 0) return;
    this.#presenceAskedAt = now;
    this.#options.connection.request({ type: 'presence_query', user_ids: shown }).then(
      ({ online }) => account.people.answerOnline(shown, online ?? []),
      () => undefined,
    );
  }
}

/** The Lobby first, then what is most alive: the latest message heard of, then unread ones, then by name. */
function inOrder(a: Room, b: Room): number {
  return (
    Number(b.kind === 'lobby') - Number(a.kind === 'lobby') ||
    b.activity - a.activity ||
    Number(b.unread > 0) - Number(a.unread > 0) ||
    a.name.localeCompare(b.name)
  );
}

function destination(kind: Destination['kind'], id: number, name: string, person: UserView | null, unread: number): Destination {
  const detail = person === null ? '' : `@${person.username}`;
  return { key: `${kind}:${id}`, kind, id, name, detail, unread, matches: [] };
}
