/** The loaded messages of one room, and how more of them are loaded. */
import type { MessageView, MessagesResponse } from '../protocol';
import type { LoadState } from './contract';
import { ApiProblem } from './problem';
import { MessageWindow, type Applied, type SeqRange } from './window';

export interface HistoryOptions {
  /** Asks for a page; `query` is empty for the newest one, else `&before=…` or `&after=…`. Fails with `ApiProblem`. */
  readonly fetch: (query: string) => Promise<MessagesResponse>;
  /** A page is in place. */
  readonly arrived: (page: readonly MessageView[]) => void;
}

export class History {
  #messages = $state.raw<readonly MessageView[]>([]);
  #reachedStart = $state(false);
  #reachedEnd = $state(false);
  #loaded = $state(false);
  #latest = $state<LoadState>('idle');
  #older = $state<LoadState>('idle');
  #newer = $state<LoadState>('idle');
  #replaced = $state(0);
  #prepended = $state(0);

  readonly #window = new MessageWindow();
  readonly #options: HistoryOptions;
  #viewed: SeqRange | null = null;
  #stale = false;
  /** Counts replacements of the window; a page that was asked for before belongs to the old one. */
  #epoch = 0;
  /** What came while pages were under way: a page may be older than that. */
  #meanwhile: MessageView[] = [];
  #pagesUnderWay = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  get messages(): readonly MessageView[] {
    return this.#messages;
  }

  get reachedStart(): boolean {
    return this.#reachedStart;
  }

  get reachedEnd(): boolean {
    return this.#reachedEnd;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get latest(): LoadState {
    return this.#latest;
  }

  get older(): LoadState {
    return this.#older;
  }

  get newer(): LoadState {
    return this.#newer;
  }

  get replaced(): number {
    return this.#replaced;
  }

  get prepended(): number {
    return this.#prepended;
  }

  /** Whether there is, or will be, anything here that a cut could make wrong. */
  get follows(): boolean {
    return this.#loaded || this.#pagesUnderWay > 0;
  }

  get lastSeq(): number {
    return this.#window.lastSeq ?? 0;
  }

  find(messageId: number): MessageView | undefined {
    return this.#window.find(messageId);
  }

  /** Puts a message where it belongs. */
  apply(message: MessageView): Applied {
    if (this.#pagesUnderWay > 0) this.#meanwhile.push(message);
    const applied = this.#window.apply(message);
    if (applied === 'ignored') return applied;
    if (applied === 'added') this.#window.trim(this.#viewed);
    this.#publish();
    return applied;
  }

  /** Something is missing that will not come by itself: the newest page must replace what is here. */
  spoil(): void {
    this.#stale = true;
    this.#window.detachEnd();
    this.#publish();
  }

  /** Whether the newest page must be loaded before there is something true to see. */
  get needsLatest(): boolean {
    return (!this.#loaded || this.#stale) && this.#latest !== 'loading';
  }

  /** Loads the newest page in place of what is here; true when it replaced something spoilt. */
  async loadLatest(): Promise<boolean> {
    this.#epoch += 1;
    this.#latest = 'loading';
    this.#older = 'idle';
    this.#newer = 'idle';
    const page = await this.#page('');
    if (page === 'superseded') return false;
    if (page === null) {
      this.#latest = 'failed';
      return false;
    }
    const wasSpoilt = this.#stale;
    this.#window.replace(page.messages, page.has_more);
    this.#stale = false;
    this.#viewed = null;
    this.#latest = 'idle';
    this.#loaded = true;
    this.#replaced += 1;
    this.#settle(page.messages);
    return wasSpoilt;
  }

  async loadOlder(): Promise<void> {
    const first = this.#window.firstSeq;
    if (first === undefined || this.#reachedStart || this.#older === 'loading' || this.#latest === 'loading') return;
    this.#older = 'loading';
    const page = await this.#page(`&before=${first}`);
    if (page === 'superseded') return;
    this.#older = page === null ? 'failed' : 'idle';
    if (page === null) return;
    this.#window.extendOlder(page.messages, page.has_more);
    this.#window.trim(this.#viewed ?? { first, last: first });
    this.#prepended += 1;
    this.#settle(page.messages);
  }

  async loadNewer(): Promise<void> {
    const last = this.#window.lastSeq;
    if (last === undefined || this.#reachedEnd || this.#newer === 'loading' || this.#latest === 'loading') return;
    this.#newer = 'loading';
    const page = await this.#page(`&after=${last}`);
    if (page === 'superseded') return;
    this.#newer = page === null ? 'failed' : 'idle';
    if (page === null) return;
    this.#window.extendNewer(page.messages, page.has_more);
    this.#window.trim(this.#viewed ?? { first: last, last });
    this.#settle(page.messages);
  }

  /** What is on screen; a window that has grown too long is cut at its far side. */
  view(firstSeq: number, lastSeq: number): void {
    this.#viewed = { first: firstSeq, last: lastSeq };
  }

  /** Pages under way are for nobody any more. */
  close(): void {
    this.#epoch += 1;
  }

  /** Asks for a page; null when that failed. While it is under way, what comes live is kept beside. */
  async #page(query: string): Promise<MessagesResponse | 'superseded' | null> {
    const epoch = this.#epoch;
    this.#pagesUnderWay += 1;
    try {
      const page = await this.#options.fetch(query);
      return epoch === this.#epoch ? page : 'superseded';
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      return epoch === this.#epoch ? null : 'superseded';
    } finally {
      this.#pagesUnderWay -= 1;
    }
  }

  #settle(page: readonly MessageView[]): void {
    for (const message of this.#meanwhile) this.#window.apply(message);
    if (this.#pagesUnderWay === 0) this.#meanwhile = [];
    this.#publish();
    this.#options.arrived(page);
  }

  #publish(): void {
    this.#messages = this.#window.messages;
    this.#reachedStart = this.#window.reachedStart;
    this.#reachedEnd = this.#window.reachedEnd;
  }
}
