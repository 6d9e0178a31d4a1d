/** One room as this page knows it: its loaded messages, what waits to be sent, reading, writing, editing. */
import type { MessageView, MessagesResponse, RoomView, UserView } from '../protocol';
import type { Api } from './api';
import type { ServerClock } from './clock';
import { Disconnected, Refused, type SocketConnection } from './connection.svelte';
import type { Editing, LoadState, RoomNotice, RoomState, TimelineRow } from './contract';
import type { Drafts } from './drafts';
import { History } from './history.svelte';
import { t } from './i18n';
import { addNotice, type PresenceNotice } from './notices';
import type { Outbox } from './outbox.svelte';
import type { People } from './people.svelte';
import { ReadMark } from './readMark';
import { judgeBody, sendable } from './text';
import { buildRows } from './timeline';
import { TypingPeople, TypingSignal } from './typing.svelte';

/** Messages asked for at once. */
const PAGE = 50;

/** What a room needs of the rest of the chat. */
export interface RoomSurroundings {
  readonly api: Api;
  readonly connection: SocketConnection;
  readonly clock: ServerClock;
  readonly people: People;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly me: () => UserView;
  /** The most characters of a message. */
  readonly limit: () => number;
  readonly isCurrent: (roomId: number) => boolean;
  /** Somebody else's message arrived live. */
  readonly heard: (roomId: number, message: MessageView) => void;
}

type Change = { type: 'message_edit'; message_id: number; body: string } | { type: 'message_delete'; message_id: number };

export class Room implements RoomState {
  #view = $state.raw<RoomView>() as RoomView;
  #notices = $state.raw<readonly PresenceNotice[]>([]);
  #notice = $state.raw<RoomNotice | null>(null);
  #draft = $state('');
  #draftReplaced = $state(0);
  #editing = $state<Editing | null>(null);
  /** The id of the newest message heard of here; messages are numbered over all rooms, so this compares them. */
  #activity = $state(0);

  readonly #history: History;
  readonly #around: RoomSurroundings;
  readonly #typing = new TypingPeople();
  readonly #signal: TypingSignal;
  readonly #readMark: ReadMark;
  #rowsBefore: readonly TimelineRow[] = [];
  /** The highest version received without a gap: what `hello` says. */
  #cursor: number;
  /** Up to which version `unread` has taken account of what happened. */
  #counted: number;

  readonly #rows = $derived.by(() => {
    const { outbox, people, me } = this.#around;
    const { id, username, display_name } = me();
    this.#rowsBefore = buildRows(
      {
        messages: this.#history.messages,
        outbox: outbox.items.filter((item) => item.roomId === this.id),
        notices: this.#notices,
        me: { id, username, display_name },
        nameOf: (userId) => people.find(userId)?.display_name,
      },
      this.#rowsBefore,
    );
    return this.#rowsBefore;
  });

  constructor(view: RoomView, around: RoomSurroundings) {
    this.#view = view;
    this.#around = around;
    this.#cursor = view.cursor;
    this.#counted = view.cursor;
    this.#draft = around.drafts.get(view.id);
    this.#history = new History({
      fetch: (query) => around.api.ask<MessagesResponse>('GET', `/rooms/${view.id}/messages?limit=${PAGE}${query}`),
      arrived: (page) => this.#pageArrived(page),
    });
    this.#signal = new TypingSignal((active) => around.connection.tell({ type: 'typing', room_id: view.id, active }));
    this.#readMark = new ReadMark((seq) => around.connection.request({ type: 'read', room_id: view.id, seq }).then(() => undefined));
  }

  get id(): number {
    return this.#view.id;
  }

  get kind(): string {
    return this.#view.kind;
  }

  get name(): string {
    return this.peer?.display_name ?? this.#view.name;
  }

  get peerId(): number | null {
    return this.#view.peer_id;
  }

  get peer(): UserView | null {
    return this.#view.peer_id === null ? null : (this.#around.people.find(this.#view.peer_id) ?? null);
  }

  get unread(): number {
    return this.#view.unread;
  }

  get lastReadSeq(): number {
    return this.#view.last_read_seq;
  }

  get hasDraft(): boolean {
    return this.#draft !== '' && !this.#around.isCurrent(this.id);
  }

  get rows(): readonly TimelineRow[] {
    return this.#rows;
  }

  get loaded(): boolean {
    return this.#history.loaded;
  }

  get latest(): LoadState {
    return this.#history.latest;
  }

  get older(): LoadState {
    return this.#history.older;
  }

  get newer(): LoadState {
    return this.#history.newer;
  }

  get reachedStart(): boolean {
    return this.#history.reachedStart;
  }

  get reachedEnd(): boolean {
    return this.#history.reachedEnd;
  }

  get replaced(): number {
    return this.#history.replaced;
  }

  get prepended(): number {
    return this.#history.prepended;
  }

  get typing(): readonly UserView[] {
    const me = this.#around.me().id;
    return this.#typing.ids.flatMap((id) => (id === me ? [] : (this.#around.people.find(id) ?? [])));
  }

  get notice(): RoomNotice | null {
    return this.#notice;
  }

  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.#around.drafts.set(this.id, text);
  }

  get draftReplaced(): number {
    return this.#draftReplaced;
  }

  get editing(): Editing | null {
    return this.#editing;
  }

  get activity(): number {
    return this.#activity;
  }

  /** What `hello` says of this room; null when nothing is loaded that could miss anything. */
  get cursor(): number | null {
    return this.#history.follows ? this.#cursor : null;
  }

  /** The room as the server sees it now: in `welcome`, in `room_changed`. */
  take(view: RoomView): void {
    if (this.cursor === null) this.#cursor = Math.max(this.#cursor, view.cursor);
    const before = this.#view;
    // A count that is older than what has come meanwhile would count that twice or not at all.
    const fresh = view.cursor >= this.#counted && view.last_read_seq >= before.last_read_seq;
    if (fresh) this.#counted = view.cursor;
    this.#view = {
      ...view,
      last_read_seq: Math.max(view.last_read_seq, before.last_read_seq),
      unread: fresh ? view.unread : before.unread,
    };
    if (view.last_read_seq < before.last_read_seq) this.#readMark.repeat(before.last_read_seq);
  }

  /** A `message_posted` or `message_changed`, live or missed; the difference does not matter here. */
  receive(message: MessageView): void {
    this.#cursor = Math.max(this.#cursor, message.version);
    this.#count(message);
    const arrived = this.#apply(message);
    if (message.deleted_at !== null) return;
    this.#activity = Math.max(this.#activity, message.id);
    if (message.seq === message.version) this.#typing.set(message.author.id, false);
    if (arrived && message.author.id !== this.#around.me().id) this.#around.heard(this.id, message);
  }

  /** The answer to a request of ours, which says nothing of what others did before it. */
  acknowledge(message: MessageView): void {
    this.#apply(message);
    this.#activity = Math.max(this.#activity, message.id);
  }

  readElsewhere(lastReadSeq: number, unread: number): void {
    if (lastReadSeq < this.#view.last_read_seq) return;
    this.#view = { ...this.#view, last_read_seq: lastReadSeq, unread };
  }

  /** Too much was missed to be told one by one; everything after `cursor` follows. */
  resync(cursor: number): void {
    this.#cursor = cursor;
    this.#counted = Math.max(this.#counted, cursor);
    if (!this.#history.follows) return;
    this.#history.spoil();
    if (this.#around.isCurrent(this.id)) void this.loadLatest();
  }

  someoneTypes(userId: number, active: boolean): void {
    this.#typing.set(userId, active);
    if (active) this.#around.people.want([userId]);
  }

  cameOrWent(came: boolean, userIds: readonly number[]): void {
    const at = this.#around.clock.now();
    const afterSeq = Math.max(this.#cursor, this.#history.lastSeq);
    this.#notices = addNotice(this.#notices, { came, userIds, afterSeq, at });
  }

  /** The connection is back: what was missed follows, what failed is tried again. */
  reconnected(): void {
    this.#readMark.resume();
    if (this.#around.isCurrent(this.id)) this.show();
  }

  disconnected(): void {
    this.#typing.clear();
  }

  /** The server refused a message for good. True when its text found its way back into the composer. */
  refuse(body: string, reason: string): boolean {
    this.#notice = { kind: 'refused', text: t('send.refused', { reason }) };
    if (this.#draft.trim() !== '') return false;
    this.#putDraft(body);
    return true;
  }

  draftElsewhere(text: string): void {
    this.#draft = text;
    this.#draftReplaced += 1;
  }

  /** Makes sure that there is something true to see. */
  show(): void {
    if (this.#history.needsLatest) void this.loadLatest();
  }

  async loadLatest(): Promise<void> {
    if (await this.#history.loadLatest()) this.#notice = { kind: 'reloaded', text: t('room.reloaded') };
  }

  loadOlder(): Promise<void> {
    return this.#history.loadOlder();
  }

  loadNewer(): Promise<void> {
    return this.#history.loadNewer();
  }

  view(firstSeq: number, lastSeq: number): void {
    this.#history.view(firstSeq, lastSeq);
  }

  send(body: string): boolean {
    const text = sendable(body);
    const judgement = judgeBody(text, this.#around.limit());
    if (judgement.kind === 'blank' || judgement.kind === 'too_long') return false;
    this.#around.outbox.add(this.id, text);
    this.draft = '';
    this.#notice = null;
    this.#signal.typed(false);
    if (this.loaded && !this.reachedEnd) void this.loadLatest();
    return true;
  }

  retry(clientKey: string): void {
    this.#around.outbox.retry(clientKey);
  }

  takeBack(clientKey: string): void {
    const body = this.#around.outbox.discard(clientKey);
    if (body === null) return;
    this.#putDraft(this.#draft.trim() === '' ? body : `${this.#draft}\n${body}`);
  }

  discard(clientKey: string): void {
    this.#around.outbox.discard(clientKey);
  }

  typed(hasText: boolean): void {
    this.#signal.typed(hasText);
  }

  startEdit(messageId: number): void {
    const message = this.#history.find(messageId);
    if (message === undefined || message.deleted_at !== null || message.author.id !== this.#around.me().id) return;
    this.#notice = null;
    this.#editing = { messageId, original: message.body, text: message.body };
  }

  editLast(): boolean {
    const me = this.#around.me().id;
    const own = this.#history.messages.findLast((message) => message.author.id === me && message.deleted_at === null);
    if (own !== undefined) this.startEdit(own.id);
    return own !== undefined;
  }

  cancelEdit(): void {
    this.#editing = null;
    if (this.#notice?.kind === 'edit_refused') this.#notice = null;
  }

  async saveEdit(text: string): Promise<void> {
    const editing = this.#editing;
    if (editing === null) return;
    const body = sendable(text);
    if (body === editing.original) {
      this.cancelEdit();
      return;
    }
    const judgement = judgeBody(body, this.#around.limit());
    if (judgement.kind === 'blank' || judgement.kind === 'too_long') return;
    const reason = await this.#change({ type: 'message_edit', message_id: editing.messageId, body });
    // Another edit may have begun meanwhile; it is not ours to close.
    if (this.#editing?.messageId !== editing.messageId) return;
    if (reason === null) this.cancelEdit();
    else this.#notice = { kind: 'edit_refused', text: t('edit.refused', { reason }) };
  }

  async delete(messageId: number): Promise<void> {
    const reason = await this.#change({ type: 'message_delete', message_id: messageId });
    if (reason !== null) this.#notice = { kind: 'delete_refused', text: t('delete.refused', { reason }) };
    else if (this.#editing?.messageId === messageId) this.cancelEdit();
  }

  markRead(seq: number): void {
    const before = this.#view.last_read_seq;
    if (seq <= before) return;
    const me = this.#around.me().id;
    const read = this.#history.messages.filter(
      (message) => message.seq > before && message.seq <= seq && message.author.id !== me && message.deleted_at === null,
    ).length;
    const all = this.reachedEnd && seq >= this.#history.lastSeq;
    this.#view = { ...this.#view, last_read_seq: seq, unread: all ? 0 : Math.max(0, this.#view.unread - read) };
    this.#readMark.set(seq);
  }

  dismissNotice(): void {
    this.#notice = null;
  }

  /** Stops timers; the room is gone. */
  close(): void {
    this.#typing.clear();
    this.#signal.typed(false);
    this.#readMark.close();
    this.#history.close();
  }

  /** Sends a change of a message; null when it was done, else why not. */
  async #change(frame: Change): Promise<string | null> {
    try {
      const { message } = await this.#around.connection.request(frame);
      if (message !== undefined) this.acknowledge(message);
      return null;
    } catch (error) {
      if (error instanceof Disconnected) return t('edit.offline');
      if (error instanceof Refused) return error.message;
      throw error;
    }
  }

  /** Puts a message where it belongs; true when it is new here. */
  #apply(message: MessageView): boolean {
    if (message.author.id === this.#around.me().id) this.#around.outbox.acknowledge(message.client_key);
    return this.#history.apply(message) === 'added';
  }

  /** Keeps `unread` true without asking: each version is looked at once. */
  #count(message: MessageView): void {
    if (message.version <= this.#counted) return;
    const isNew = message.seq > this.#counted;
    this.#counted = message.version;
    const counts = message.author.id !== this.#around.me().id && message.seq > this.#view.last_read_seq;
    if (!counts) return;
    const deleted = message.deleted_at !== null;
    const step = isNew ? Number(!deleted) : -Number(deleted);
    if (step !== 0) this.#view = { ...this.#view, unread: Math.max(0, this.#view.unread + step) };
  }

  #pageArrived(page: readonly MessageView[]): void {
    const { outbox, people, me } = this.#around;
    const own = me().id;
    for (const message of page) if (message.author.id === own) outbox.acknowledge(message.client_key);
    people.want(page.map((message) => message.author.id));
    this.#activity = Math.max(this.#activity, this.#history.messages.at(-1)?.id ?? 0);
  }

  #putDraft(text: string): void {
    this.draft = text;
    this.#draftReplaced += 1;
  }
}
