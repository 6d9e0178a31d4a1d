/** A chat whose server is in the hands of a test. */
import { vi } from 'vitest';
import type { MessageView, MessagesResponse, RoomView, UserView } from '../../protocol';
import { Api } from '../api';
import { MemoryStore } from '../browser';
import { ChatStore } from '../chat.svelte';
import { ServerClock } from '../clock';
import { SocketConnection } from '../connection.svelte';
import { MemoryOutboxStore } from '../outboxStore';
import { FakeApi, ok, type Asked } from './fakeApi';
import { FakeSocket, type SentFrame } from './fakeSocket';
import { ann, bob, cat, lobby, message } from './views';

export class ChatBench {
  readonly server = new FakeApi();
  readonly store = new MemoryStore();
  readonly outboxStore = new MemoryOutboxStore();
  readonly connection: SocketConnection;
  readonly chat: ChatStore;
  /** The history of the Lobby on the server, oldest first. */
  messages: MessageView[] = [];

  constructor() {
    FakeSocket.all.length = 0;
    this.server
      .on('POST /auth/refresh', () => ok({ user: ann, session_id: 9, access_token: 'token', token_type: 'Bearer', expires_in: 900 }))
      .on('GET /users', () => ok({ users: [ann, bob, cat], next: null }))
      .on('GET /rooms/1/messages', (asked) => ok(this.page(asked)));
    const clock = new ServerClock();
    const api = new Api({ fetch: this.server.fetch, store: this.store, clock, accept: () => true, ended: () => undefined });
    this.connection = new SocketConnection({
      url: 'ws://chat.example/api/v1/ws',
      openSocket: (url) => new FakeSocket(url).asWebSocket(),
      token: () => api.accessToken(),
      cursors: () => this.chat.cursors(),
      welcomed: (frame) => this.chat.welcomed(frame),
      received: (frame) => this.chat.receive(frame),
      lost: () => this.chat.lost(),
      sessionEnded: () => undefined,
    });
    this.chat = new ChatStore({
      api,
      connection: this.connection,
      clock,
      store: this.store,
      outboxStore: Promise.resolve(this.outboxStore),
      tabs: { own: 'tab', alive: async () => new Set(['tab']) },
      limit: () => 4000,
      meChanged: () => undefined,
    });
  }

  /** Ann signs in, connects and sees the Lobby with so many messages. */
  async start(count: number): Promise<this> {
    this.messages = Array.from({ length: count }, (_, index) => message(index + 1));
    this.chat.begin(ann);
    this.connection.open();
    await this.settle();
    this.welcome();
    await this.settle();
    return this;
  }

  welcome(rooms: readonly RoomView[] = [lobby({ cursor: this.messages.length })], online: readonly UserView[] = [ann, bob]): void {
    const ids = online.map(({ id }) => id);
    this.socket.accept();
    this.socket.say({
      type: 'welcome',
      ref: 1,
      protocol: 1,
      server_version: '1.0.0',
      session_id: 9,
      me: ann,
      rooms,
      online: ids,
      online_count: ids.length,
    });
  }

  /** The connection breaks and comes back; the test says what the server then says. */
  async reconnect(): Promise<void> {
    this.socket.cut();
    await vi.advanceTimersByTimeAsync(1000);
  }

  /** Somebody posts, and we hear of it. */
  post(posted: MessageView): void {
    this.messages.push(posted);
    this.socket.say({ type: 'message_posted', message: posted });
  }

  /** Answers the newest frame of a type. */
  answer(type: string, body: object): SentFrame {
    const frame = this.socket.of(type).at(-1);
    if (frame === undefined) throw new Error(`no ${type} was sent`);
    this.socket.say({ type: 'ok', ref: frame.ref, ...body });
    return frame;
  }

  get socket(): FakeSocket {
    return FakeSocket.last;
  }

  /** The bodies in the Lobby's timeline, with what is not plainly sent in brackets. */
  get shown(): string[] {
    const rows = this.chat.room(1)?.rows ?? [];
    return rows.flatMap((row) => (row.kind === 'message' ? [row.delivery === 'sent' ? row.body : `${row.body} (${row.delivery})`] : []));
  }

  async settle(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(0);
  }

  close(): void {
    this.connection.close();
    this.chat.end();
  }

  private page({ path }: Asked): MessagesResponse {
    const query = new URLSearchParams(path.split('?')[1]);
    const limit = Number(query.get('limit'));
    const all = [...this.messages].sort((a, b) => a.seq - b.seq);
    const after = query.get('after');
    if (after !== null) {
      const rest = all.filter(({ seq }) => seq > Number(after));
      return { messages: rest.slice(0, limit), has_more: rest.length > limit };
    }
    const rest = all.filter(({ seq }) => seq < Number(query.get('before') ?? Number.POSITIVE_INFINITY));
    return { messages: rest.slice(-limit), has_more: rest.length > limit };
  }
}
