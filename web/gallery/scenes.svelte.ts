import type { Client, Connection, Destination, FormOutcome, RoomState, SessionState, TimelineRow } from '../src/lib/contract';
import { many, said, talk, troubles } from './messages';
import { people } from './people';

const fine: FormOutcome = { ok: true };
const wrong: FormOutcome = {
  ok: false,
  code: 'validation_failed',
  message: '',
  fields: { username: 'This name is taken. Try another one.', password: 'This password is too common.' },
  retryAt: null,
};

class FakeRoom {
  rows: readonly TimelineRow[] = $state.raw([]);
  draft = $state('');
  editing: RoomState['editing'] = $state(null);
  notice: RoomState['notice'] = $state.raw(null);
  typing = $state.raw<RoomState['typing']>([]);
  unread = $state(0);
  loaded = $state(true);
  latest: RoomState['latest'] = $state('idle');
  older: RoomState['older'] = $state('idle');
  newer: RoomState['newer'] = $state('idle');
  reachedStart = $state(true);
  reachedEnd = $state(true);
  replaced = $state(0);
  prepended = $state(0);
  draftReplaced = 0;
  lastReadSeq = 0;
  hasDraft = false;

  constructor(
    readonly id: number,
    readonly kind: string,
    readonly name: string,
    readonly peer: RoomState['peer'] = null,
  ) {}

  async loadOlder() {}
  async loadNewer() {}
  async loadLatest() {}
  view() {}
  send(body: string) {
    this.rows = [...this.rows, said(1, '21T09:50', body)];
    this.draft = '';
    return true;
  }
  retry() {}
  takeBack() {}
  discard(clientKey: string) {
    this.rows = this.rows.filter((row) => row.kind !== 'message' || row.clientKey !== clientKey);
  }
  startEdit(messageId: number) {
    const row = this.rows.find((each) => each.kind === 'message' && each.id === messageId);
    if (row?.kind === 'message') this.editing = { messageId, original: row.body, text: row.body };
  }
  editLast() {
    const row = this.rows.findLast((each) => each.kind === 'message' && each.own && each.id !== null);
    if (row?.kind === 'message' && row.id !== null) this.startEdit(row.id);
    return row !== undefined;
  }
  cancelEdit() {
    this.editing = null;
  }
  async saveEdit() {
    this.editing = null;
  }
  async delete(messageId: number) {
    this.rows = this.rows.map((row) => (row.kind === 'message' && row.id === messageId ? { ...row, body: '', deleted: true } : row));
  }
  markRead() {}
  typed() {}
  dismissNotice() {
    this.notice = null;
  }
}

/** A client that shows one scene and knows no server. */
export function sceneClient(scene: string): Client {
  const me = people[0]!;
  const lobby = new FakeRoom(1, 'lobby', 'Lobby');
  const direct = new FakeRoom(2, 'direct', people[1]!.display_name, people[1]!);
  const arabic = new FakeRoom(3, 'direct', people[2]!.display_name, people[2]!);
  const long = new FakeRoom(4, 'direct', people[4]!.display_name, people[4]!);
  lobby.rows = scene === 'troubles' ? troubles() : scene === 'many' ? many(3000) : scene === 'empty' ? [] : talk();
  lobby.reachedStart = scene === 'empty' || scene === 'beginning';
  if (scene === 'beginning') lobby.rows = talk().slice(0, 4);
  direct.unread = 3;
  long.hasDraft = true;
  direct.rows = talk().slice(0, 3);
  if (scene === 'conversation') lobby.typing = [people[1]!];
  if (scene === 'loading') Object.assign(lobby, { loaded: false, latest: 'loading' });
  if (scene === 'failed') Object.assign(lobby, { loaded: false, latest: 'failed' });
  if (scene === 'older_failed') Object.assign(lobby, { older: 'failed' });
  if (scene === 'editing') lobby.startEdit(3);
  if (scene === 'refused') {
    lobby.notice = { kind: 'refused', text: 'Not sent: this room takes at most one message every ten seconds.' };
    lobby.draft = 'x'.repeat(4012);
  }
  const rooms = [lobby, direct, arabic, long] as unknown as RoomState[];
  const online = people.filter((person) => person.online && (person.id !== 8 || scene === 'troubles'));

  const entrance = ['sign_in', 'sign_up', 'first_run', 'closed'].includes(scene);
  const state: SessionState = entrance
    ? { kind: 'signed_out' }
    : scene === 'restoring'
      ? { kind: 'restoring', unreachable: true }
      : scene === 'ended'
        ? { kind: 'ended', me, reason: 'ended_elsewhere' }
        : { kind: 'signed_in', me };
  if (scene === 'sign_up') location.hash = '#/sign-up';

  const shown = (['reconnecting', 'waiting', 'offline', 'outdated'] as const).find((each) => each === scene) ?? 'fine';
  const connection: Connection = {
    state: 'online',
    shown,
    secondsLeft: 12,
    serverReplaced: false,
    tryNow() {},
  };

  class FakeChat {
    ready = scene !== 'loading_all';
    me = me;
    rooms = rooms;
    current = $state.raw<RoomState | null>(rooms[scene === 'direct' ? 1 : 0]!);
    people = people;
    online = online;
    onlineCount = online.length;
    onlineListed = true;
    unread = 3;
    unsent = 0;
    announcement = '';
    isOnline = (id: number) => online.some((person) => person.id === id);
    person = (id: number) => people.find((person) => person.id === id);
    room = (id: number) => rooms.find((room) => room.id === id);
    openRoom(id: number) {
      this.current = this.room(id) ?? null;
    }
    async openDirect() {
      this.openRoom(2);
      return fine;
    }
    openNeighbour(step: -1 | 1) {
      const at = rooms.findIndex((room) => room.id === this.current?.id);
      this.current = rooms[(at + step + rooms.length) % rooms.length] ?? null;
    }
    findDestinations(query: string): Destination[] {
      const all = [
        ...rooms.map((room) => ({ kind: 'room' as const, id: room.id, name: room.name, detail: room.peer ? `@${room.peer.username}` : '', unread: room.unread })),
        ...people.slice(5).map((person) => ({ kind: 'person' as const, id: person.id, name: person.display_name, detail: `@${person.username}`, unread: 0 })),
      ];
      return all
        .filter((each) => each.name.toLowerCase().includes(query.toLowerCase()))
        .map((each) => ({ ...each, key: `${each.kind}${each.id}`, matches: [...query].map((_, index) => each.name.toLowerCase().indexOf(query.toLowerCase()) + index) }));
    }
    async openDestination(destination: Destination) {
      this.openRoom(destination.id);
      return fine;
    }
  }

  class FakePreferences {
    #theme: Client['preferences']['theme'] = $state('system');
    sendKey: Client['preferences']['sendKey'] = $state('enter');
    get theme() {
      return this.#theme;
    }
    set theme(theme) {
      this.#theme = theme;
      if (theme === 'system') delete document.documentElement.dataset['theme'];
      else document.documentElement.dataset['theme'] = theme;
    }
  }

  return {
    server: {
      name: 'Riverside Studio',
      version: '0.1.0',
      protocol: 1,
      sign_up: scene === 'closed' ? 'closed' : 'open',
      has_accounts: scene !== 'first_run',
      password_min_chars: 8,
      message_max_chars: 4000,
    },
    session: {
      state,
      signIn: async () => ({ ok: false, code: 'invalid_credentials', message: 'The name or the password is not right. Please try again.', fields: {}, retryAt: null }),
      signUp: async () => wrong,
      signOut: async () => {},
      signOutEverywhere: async () => fine,
      leave() {},
      changePassword: async () => fine,
      updateProfile: async () => fine,
      listSessions: async () => [
        { id: 1, user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36', address: '192.0.2.17', created_at: '2026-11-20T08:00:00Z', last_used_at: '2026-11-21T09:40:00Z', current: true },
        { id: 2, user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1', address: '2001:db8::3:17', created_at: '2026-11-02T08:00:00Z', last_used_at: '2026-11-20T21:13:00Z', current: false },
      ],
      endSession: async () => fine,
    },
    connection,
    chat: new FakeChat(),
    preferences: new FakePreferences(),
    today: '2026-11-21',
    start: () => () => {},
  };
}
