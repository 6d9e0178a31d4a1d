/**
 * What the view of a conversation holds on to while its content changes: the bottom, or a message.
 *
 * `note()` remembers where the reader is, after every scroll of theirs. `apply()` puts the view back there, after every
 * change of the content or of the size, before the next paint. Whatever changed above, below or inside, what is being
 * read does not move. Browsers' own `overflow-anchor` is switched off: two masters would correct twice.
 */

/** Nearer than this to the end counts as at the end, in pixels. */
export const NEAR_BOTTOM = 100;
/** How many messages are remembered, should the first ones go away. */
const WITNESSES = 6;

interface Witness {
  readonly key: string;
  /** From the top of the view to the top of the row. */
  readonly offset: number;
}

export class Hold {
  readonly #view: HTMLElement;
  /** Whether the end of the DOM is the end of the conversation. */
  readonly #endIsLatest: () => boolean;
  #witnesses: readonly Witness[] = [];
  atBottom = true;

  constructor(view: HTMLElement, endIsLatest: () => boolean) {
    this.#view = view;
    this.#endIsLatest = endIsLatest;
  }

  get distanceToBottom(): number {
    const view = this.#view;
    return view.scrollHeight - view.clientHeight - view.scrollTop;
  }

  /** The rows that are in view at least in part, in order. */
  visible(): HTMLElement[] {
    const rows = this.rows();
    const { top, bottom } = this.#view.getBoundingClientRect();
    const first = this.#firstBelow(rows, top);
    const found: HTMLElement[] = [];
    for (let index = first; index < rows.length; index += 1) {
      const row = rows[index];
      if (row === undefined || row.getBoundingClientRect().top >= bottom) break;
      found.push(row);
    }
    return found;
  }

  /** All rows, in order. */
  rows(): HTMLElement[] {
    return [...this.#view.querySelectorAll<HTMLElement>('[data-row]')];
  }

  note(): void {
    this.atBottom = this.#endIsLatest() && this.distanceToBottom <= NEAR_BOTTOM;
    const rows = this.rows();
    const { top } = this.#view.getBoundingClientRect();
    const first = this.#firstBelow(rows, top);
    this.#witnesses = rows.slice(first, first + WITNESSES).map((row) => ({
      key: row.dataset['row'] ?? '',
      offset: row.getBoundingClientRect().top - top,
    }));
  }

  /** Holds the bottom from now on. */
  toBottom(): void {
    this.atBottom = true;
    this.apply();
  }

  apply(): void {
    const view = this.#view;
    if (this.atBottom) {
      view.scrollTop = view.scrollHeight;
      return;
    }
    const { top } = view.getBoundingClientRect();
    for (const { key, offset } of this.#witnesses) {
      const row = view.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
      if (row === null) continue;
      const moved = row.getBoundingClientRect().top - top - offset;
      if (moved !== 0) view.scrollTop += moved;
      return;
    }
  }

  /** The first row whose end is below `top`: the rows are in order, so by halving. */
  #firstBelow(rows: readonly HTMLElement[], top: number): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? top) > top) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
