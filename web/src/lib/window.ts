/** The part of a room's history that is loaded: one stretch without gaps, ordered by `seq`. */
import type { MessageView } from '../protocol';

/** What a message did to the window. */
export type Applied = 'added' | 'changed' | 'ignored';

/** A range of `seq`, both ends included. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

export class MessageWindow {
  /** As many messages as a page keeps of one room. */
  static readonly LIMIT = 2000;

  #messages: readonly MessageView[] = [];
  #byId = new Map<number, MessageView>();
  #reachedStart = false;
  #reachedEnd = false;

  /** A new array after each change; ordered by `seq`. */
  get messages(): readonly MessageView[] {
    return this.#messages;
  }

  /** Whether the room's first message is here. */
  get reachedStart(): boolean {
    return this.#reachedStart;
  }

  /** Whether the room's newest message is here, so that what is posted is appended. */
  get reachedEnd(): boolean {
    return this.#reachedEnd;
  }

  /** `seq` of the oldest message here. */
  get firstSeq(): number | undefined {
    return this.#messages[0]?.seq;
  }

  /** `seq` of the newest message here. */
  get lastSeq(): number | undefined {
    return this.#messages[this.#messages.length - 1]?.seq;
  }

  find(id: number): MessageView | undefined {
    return this.#byId.get(id);
  }

  /** Forgets everything and starts with the newest page. What is known in a higher version stays in that version. */
  replace(page: readonly MessageView[], hasOlder: boolean): void {
    const known = this.#byId;
    this.#keep(page.map((message) => newer(known.get(message.id), message)));
    this.#reachedStart = !hasOlder;
    this.#reachedEnd = true;
  }

  /** Puts the page before `firstSeq` in front. */
  extendOlder(page: readonly MessageView[], hasOlder: boolean): void {
    const first = this.firstSeq ?? Number.POSITIVE_INFINITY;
    this.#keep([...page.filter((message) => message.seq < first), ...this.#messages]);
    this.#reachedStart = !hasOlder;
  }

  /** Puts the page after `lastSeq` at the end. */
  extendNewer(page: readonly MessageView[], hasNewer: boolean): void {
    const last = this.lastSeq ?? 0;
    this.#keep([...this.#messages, ...page.filter((message) => message.seq > last)]);
    this.#reachedEnd = !hasNewer;
  }

  /**
   * Takes a message as the server sent it, in any order and any number of times: only a higher version than the one
   * here counts, and one that lies outside the stretch is left for its page.
   */
  apply(message: MessageView): Applied {
    const known = this.#byId.get(message.id);
    if (known !== undefined) {
      if (message.version <= known.version) return 'ignored';
      this.#keep(this.#messages.map((other) => (other.id === message.id ? message : other)));
      return 'changed';
    }
    const at = this.#place(message.seq);
    const beyondStart = at === 0 && !this.#reachedStart;
    const beyondEnd = at === this.#messages.length && !this.#reachedEnd;
    if (beyondStart || beyondEnd) {
      // The first message of an empty, completely loaded room is beyond neither.
      if (!(this.#messages.length === 0 && this.#reachedEnd)) return 'ignored';
    }
    this.#keep([...this.#messages.slice(0, at), message, ...this.#messages.slice(at)]);
    return 'added';
  }

  /** What is posted from now on is not the next message here: something between is missing. */
  detachEnd(): void {
    this.#reachedEnd = false;
  }

  /** Cuts what is more than the limit at the end that is farther from what is being looked at. */
  trim(viewed: SeqRange | null): void {
    const surplus = this.#messages.length - MessageWindow.LIMIT;
    if (surplus <= 0) return;
    const before = viewed === null ? this.#messages.length : this.#place(viewed.first);
    const after = viewed === null ? 0 : this.#messages.length - this.#place(viewed.last + 1);
    if (before >= after) {
      this.#keep(this.#messages.slice(surplus));
      this.#reachedStart = false;
    } else {
      this.#keep(this.#messages.slice(0, MessageWindow.LIMIT));
      this.#reachedEnd = false;
    }
  }

  /** Where a message of this `seq` belongs. */
  #place(seq: number): number {
    let low = 0;
    let high = this.#messages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#messages[middle]?.seq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #keep(messages: readonly MessageView[]): void {
    this.#messages = messages;
    this.#byId = new Map(messages.map((message) => [message.id, message]));
  }
}

function newer(known: MessageView | undefined, message: MessageView): MessageView {
  return known !== undefined && known.version > message.version ? known : message;
}
