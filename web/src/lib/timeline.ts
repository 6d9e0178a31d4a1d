/** Turns what a room knows into the rows that its conversation shows. Pure. */
import type { AuthorView, MessageView } from '../protocol';
import type { MessageRow, OutboxItem, TimelineRow } from './contract';
import { joinNames, t } from './i18n';
import type { PresenceNotice } from './notices';
import { dayKey } from './time';

/** Messages of one author that follow each other within this share one header. */
export const GROUP_MS = 5 * 60_000;

export interface TimelineFacts {
  /** Ordered by `seq`. */
  readonly messages: readonly MessageView[];
  /** In the order in which they will be sent. */
  readonly outbox: readonly OutboxItem[];
  /** In the order in which they happened. */
  readonly notices: readonly PresenceNotice[];
  readonly me: AuthorView;
  /** The display name of a person as it is now, or undefined when the person is not known here. */
  readonly nameOf: (userId: number) => string | undefined;
}

/**
 * The rows, oldest first: messages by `seq`, join and leave lines where they happened, what waits to be sent at the
 * end, date lines where the reader's day changes. A row that is as it was in `previous` is the same object.
 */
export function buildRows(facts: TimelineFacts, previous: readonly TimelineRow[] = []): TimelineRow[] {
  const builder = new RowBuilder(facts);
  const arrived = new Set<string>();
  let noticed = 0;
  for (const message of facts.messages) {
    for (let notice = facts.notices[noticed]; notice !== undefined && notice.afterSeq < message.seq; notice = facts.notices[noticed]) {
      // What happened before the oldest message here belongs to a page that is not loaded.
      if (message !== facts.messages[0]) builder.notice(notice);
      noticed += 1;
    }
    if (message.author.id === facts.me.id) arrived.add(message.client_key);
    builder.message(message);
  }
  for (const notice of facts.notices.slice(noticed)) builder.notice(notice);
  for (const item of facts.outbox) {
    // Posted already, though its acknowledgement is still on the way.
    if (!arrived.has(item.clientKey)) builder.pending(item);
  }
  return reuse(builder.finish(), previous);
}

class RowBuilder {
  readonly #rows: TimelineRow[] = [];
  readonly #names = new Map<number, string>();
  readonly #facts: TimelineFacts;
  #day = '';
  #lastAt = 0;

  constructor(facts: TimelineFacts) {
    this.#facts = facts;
  }

  notice(notice: PresenceNotice): void {
    this.#dateLine(notice.at);
    const names = joinNames(notice.userIds.map((id) => this.#facts.nameOf(id)).filter((name) => name !== undefined));
    if (names === '') return;
    const text = notice.came ? t('presence.joined', { names }) : t('presence.left', { names });
    this.#rows.push({ kind: 'system', key: `system:${notice.id}`, text, at: notice.at });
  }

  message(message: MessageView): void {
    const at = Date.parse(message.created_at);
    this.#dateLine(at);
    this.#push({
      kind: 'message',
      key: rowKey(message.author.id, message.client_key),
      id: message.id,
      seq: message.seq,
      clientKey: message.client_key,
      own: message.author.id === this.#facts.me.id,
      authorId: message.author.id,
      author: this.#nameOf(message.author),
      username: message.author.username,
      body: message.deleted_at === null ? message.body : '',
      at: message.created_at,
      edited: message.edited_at !== null && message.deleted_at === null,
      deleted: message.deleted_at !== null,
      delivery: 'sent',
      reason: '',
      starts: this.#startsGroup(message.author.id, at),
      ends: true,
    });
    this.#lastAt = at;
  }

  pending(item: OutboxItem): void {
    // It will be posted after everything that is here, so it cannot belong to an earlier moment.
    const at = Math.max(item.createdAt, this.#lastAt);
    this.#dateLine(at);
    const { me } = this.#facts;
    this.#push({
      kind: 'message',
      key: rowKey(me.id, item.clientKey),
      id: null,
      seq: null,
      clientKey: item.clientKey,
      own: true,
      authorId: me.id,
      author: this.#nameOf(me),
      username: me.username,
      body: item.body,
      at: new Date(at).toISOString(),
      edited: false,
      deleted: false,
      delivery: item.state,
      reason: item.reason,
      starts: this.#startsGroup(me.id, at),
      ends: true,
    });
    this.#lastAt = at;
  }

  finish(): TimelineRow[] {
    return this.#rows.map((row, index) => {
      if (row.kind !== 'message') return row;
      const next = this.#rows[index + 1];
      return next?.kind === 'message' && !next.starts ? { ...row, ends: false } : row;
    });
  }

  #push(row: MessageRow): void {
    this.#rows.push(row);
  }

  /** A day that lies before the one shown, because a clock was set back, gets no line of its own. */
  #dateLine(at: number): void {
    const day = dayKey(at);
    if (day <= this.#day) return;
    this.#day = day;
    this.#rows.push({ kind: 'date', key: `date:${day}`, day });
  }

  #startsGroup(authorId: number, at: number): boolean {
    const last = this.#rows[this.#rows.length - 1];
    return last?.kind !== 'message' || last.authorId !== authorId || at - this.#lastAt > GROUP_MS;
  }

  #nameOf(author: AuthorView): string {
    let name = this.#names.get(author.id);
    if (name === undefined) {
      name = this.#facts.nameOf(author.id) ?? author.display_name;
      this.#names.set(author.id, name);
    }
    return name;
  }
}

/** The same for a message on its way and for the message that it becomes; client keys are unique per author. */
function rowKey(authorId: number, clientKey: string): string {
  return `message:${authorId}:${clientKey}`;
}

function reuse(rows: TimelineRow[], previous: readonly TimelineRow[]): TimelineRow[] {
  const known = new Map(previous.map((row) => [row.key, row]));
  return rows.map((row) => {
    const before = known.get(row.key);
    return before !== undefined && same(before, row) ? before : row;
  });
}

function same(a: TimelineRow, b: TimelineRow): boolean {
  const left: Record<string, unknown> = { ...a };
  const right: Record<string, unknown> = { ...b };
  return Object.keys(right).every((name) => left[name] === right[name]);
}
