/**
 * Which of the loaded rows stand in the DOM.
 *
 * A plain slice with true heights instead of a virtual list with estimated ones: nothing is guessed, so the place of
 * what is being read can be kept to the pixel (see `hold.ts`), find-in-page and screen readers see real text, and the
 * number of nodes stays bounded. The slice is remembered by the keys of its ends, which survive rows coming in anywhere.
 */
import type { DateRow, MessageRow, SystemRow, TimelineRow } from '../../lib/contract';

/** Rows shown when the view begins anew. */
const FIRST = 60;
/** Rows added at an end that comes near. */
const STEP = 40;
/** The most rows in the DOM, so far as the view does not need more. */
const MOST = 160;

export class RowWindow {
  readonly #rows: () => readonly TimelineRow[];
  /** The first row shown; null: `FIRST` before the end. */
  #top = $state.raw<string | null>(null);
  /** The last row shown; null: follows the end. */
  #bottom = $state.raw<string | null>(null);

  constructor(rows: () => readonly TimelineRow[]) {
    this.#rows = rows;
  }

  readonly #to = $derived.by(() => {
    const rows = this.#rows();
    if (this.#bottom === null) return rows.length;
    const index = rows.findLastIndex((row) => row.key === this.#bottom);
    return index < 0 ? rows.length : index + 1;
  });

  readonly #from = $derived.by(() => {
    const rows = this.#rows();
    const index = this.#top === null ? -1 : rows.findIndex((row) => row.key === this.#top);
    return index < 0 ? Math.max(0, this.#to - FIRST) : Math.min(index, this.#to);
  });

  /** The rows shown, by the day they belong to; the date line of the first day may itself stand before the slice. */
  readonly days = $derived.by(() => {
    const rows = this.#rows();
    const days: { date: DateRow | null; rows: (MessageRow | SystemRow)[] }[] = [];
    for (let index = this.#from; index < this.#to; index += 1) {
      const row = rows[index];
      if (row === undefined) continue;
      if (row.kind === 'date') days.push({ date: row, rows: [] });
      else if (days.length > 0) days.at(-1)?.rows.push(row);
      else days.push({ date: this.#dateBefore(index), rows: [row] });
    }
    return days;
  });

  #dateBefore(index: number): DateRow | null {
    const row = this.#rows().findLast((row, at): row is DateRow => at < index && row.kind === 'date');
    return row ?? null;
  }

  get startsAtFirst(): boolean {
    return this.#from === 0;
  }

  get followsEnd(): boolean {
    return this.#to === this.#rows().length;
  }

  /** Begins anew at the latest rows. */
  toEnd(): void {
    this.#top = null;
    this.#bottom = null;
  }

  /** Fixes the first row, so that rows added at the end lengthen the slice instead of moving it. */
  pin(): void {
    if (this.#top === null) this.#top = this.#rows()[this.#from]?.key ?? null;
  }

  /** Shows more above; false when the first loaded row is shown already. */
  extendUp(): boolean {
    const rows = this.#rows();
    const from = this.#from;
    if (from === 0) return false;
    const next = Math.max(0, from - STEP);
    if (this.#to - next > MOST) this.#bottom = rows[next + MOST - 1]?.key ?? null;
    this.#top = rows[next]?.key ?? null;
    return true;
  }

  /** Shows more below; false when the last loaded row is shown already. */
  extendDown(): boolean {
    const rows = this.#rows();
    const to = this.#to;
    if (to === rows.length) return false;
    const next = Math.min(rows.length, to + STEP);
    this.#top = rows[Math.max(this.#from, next - MOST)]?.key ?? null;
    this.#bottom = next === rows.length ? null : (rows[next - 1]?.key ?? null);
    return true;
  }

  /** Rows have come in: keeps the slice below its bound. `atBottom`: the view stands at the end. */
  trim(atBottom: boolean): void {
    const rows = this.#rows();
    if (this.#to - this.#from <= MOST + STEP) return;
    if (atBottom) this.#top = rows[this.#to - FIRST]?.key ?? null;
    else this.#bottom = rows[this.#from + MOST - 1]?.key ?? null;
  }

  /** Makes sure that the row with this key is shown; false when it is not loaded. */
  include(key: string): boolean {
    const rows = this.#rows();
    const index = rows.findIndex((row) => row.key === key);
    if (index < 0) return false;
    if (index >= this.#from && index < this.#to) return true;
    const from = Math.max(0, index - FIRST / 2);
    const to = Math.min(rows.length, from + FIRST);
    this.#top = rows[from]?.key ?? null;
    this.#bottom = to === rows.length ? null : (rows[to - 1]?.key ?? null);
    return true;
  }
}
