/** The scrolling of one conversation: what is shown, what is held in place, what has been seen, when more is loaded. */
import { tick } from 'svelte';
import { on } from 'svelte/events';
import type { MessageRow, RoomState } from '../../lib/contract';
import { Hold } from './hold';
import { RowWindow } from './row-window.svelte';

/** More is shown or loaded when an end comes nearer than this, in pixels. */
const REACH = 900;

export class LogScroller {
  readonly window: RowWindow;
  /** Whether the reader is away from the latest message. */
  away = $state(false);
  /** The `seq` of the last message that stood at the end while the reader was there. */
  #seen = $state(0);
  readonly #room: RoomState;
  #hold: Hold | null = null;
  #view: HTMLElement | null = null;
  #scrollTop = 0;
  #replaced: number;

  constructor(room: RoomState) {
    this.#room = room;
    this.#replaced = room.replaced;
    this.window = new RowWindow(() => room.rows);
  }

  /** Messages of others that came in below while the reader was away. */
  readonly fresh: readonly MessageRow[] = $derived.by(() =>
    this.away
      ? this.#room.rows.filter(
          (row): row is MessageRow => row.kind === 'message' && !row.own && !row.deleted && (row.seq ?? 0) > this.#seen,
        )
      : [],
  );

  /** Takes over the scrolling element and its content; the result lets go of them. */
  attach(view: HTMLElement, content: HTMLElement): () => void {
    this.#view = view;
    const hold = new Hold(view, () => this.window.followsEnd && this.#room.reachedEnd);
    this.#hold = hold;
    const sizes = new ResizeObserver(() => this.settle());
    sizes.observe(view);
    sizes.observe(content);
    const listening = [
      on(view, 'scroll', () => this.#scrolled(), { passive: true }),
      on(document, 'visibilitychange', () => this.#report()),
      on(window, 'focus', () => this.#report()),
    ];
    this.settle();
    return () => {
      sizes.disconnect();
      for (const stop of listening) stop();
      this.#hold = null;
      this.#view = null;
    };
  }

  /** Call before the DOM changes: a scroll whose event has not come yet counts. */
  beforeChange(): void {
    if (this.#view !== null && this.#view.scrollTop !== this.#scrollTop) this.#note();
  }

  /** Call after the DOM has changed: puts the view back, then looks whether more is wanted. */
  settle(): void {
    const hold = this.#hold;
    if (hold === null) return;
    if (this.#room.replaced !== this.#replaced) {
      this.#replaced = this.#room.replaced;
      this.window.toEnd();
      hold.atBottom = true;
    }
    hold.apply();
    this.window.trim(hold.atBottom);
    this.#note();
    this.#reach();
  }

  /** Goes to the end, loading it when it is not there. */
  async toLatest(): Promise<void> {
    if (!this.#room.reachedEnd) void this.#room.loadLatest();
    this.window.toEnd();
    if (this.#hold !== null) this.#hold.atBottom = true;
    await tick();
    this.settle();
  }

  /** Puts the row at a third of the view's height; false when it is not loaded. */
  async toRow(key: string): Promise<boolean> {
    if (!this.window.include(key)) return false;
    if (this.#hold !== null) this.#hold.atBottom = false;
    await tick();
    const row = this.#view?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
    if (this.#view === null || !row) return false;
    this.#view.scrollTop += row.getBoundingClientRect().top - this.#view.getBoundingClientRect().top - this.#view.clientHeight / 3;
    this.#scrolled();
    return true;
  }

  /** The event of a scroll comes a frame late; if the view stands where it was noted, a person has not moved it. */
  #scrolled(): void {
    if (this.#view?.scrollTop !== this.#scrollTop) this.#note();
    this.#reach();
  }

  #note(): void {
    const hold = this.#hold;
    if (hold === null || this.#view === null) return;
    hold.note();
    this.#scrollTop = this.#view.scrollTop;
    if (!hold.atBottom) this.window.pin();
    this.away = !hold.atBottom;
    this.#report();
  }

  #reach(): void {
    const view = this.#view;
    if (view === null || !this.#room.loaded) return;
    if (view.scrollTop < REACH && !this.window.extendUp() && !this.#room.reachedStart && this.#room.older === 'idle') {
      void this.#room.loadOlder();
    }
    if ((this.#hold?.distanceToBottom ?? REACH) < REACH && !this.window.extendDown() && !this.#room.reachedEnd && this.#room.newer === 'idle') {
      void this.#room.loadNewer();
    }
  }

  /** Says which messages are on screen, and which of them a person has had a chance to read. */
  #report(): void {
    const [hold, view] = [this.#hold, this.#view];
    if (hold === null || view === null) return;
    const end = view.getBoundingClientRect().bottom + 1;
    const numbered = hold.visible().filter((row) => row.dataset['seq']);
    const first = Number(numbered[0]?.dataset['seq'] ?? 0);
    const last = Number(numbered.at(-1)?.dataset['seq'] ?? 0);
    if (last === 0) return;
    this.#room.view(first, last);
    if (hold.atBottom) this.#seen = Math.max(this.#seen, last);
    if (document.visibilityState !== 'visible' || !document.hasFocus()) return;
    const whole = numbered.findLast((row) => row.getBoundingClientRect().bottom <= end);
    if (whole) this.#room.markRead(Number(whole.dataset['seq']));
  }
}
