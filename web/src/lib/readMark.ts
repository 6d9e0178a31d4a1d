/** Tells the server up to where a room was read: the latest place only, and not at every line. */

/** The shortest time between two frames of one room. */
const PAUSE_MS = 400;

export class ReadMark {
  #wanted = 0;
  #told = 0;
  #underWay = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #tell: (seq: number) => Promise<void>;

  /** `tell` fails when there is no connection; the place is told again after `resume`. */
  constructor(tell: (seq: number) => Promise<void>) {
    this.#tell = tell;
  }

  set(seq: number): void {
    this.#wanted = Math.max(this.#wanted, seq);
    void this.#flush();
  }

  /** The server does not know what we have read. */
  repeat(seq: number): void {
    this.#told = 0;
    this.set(seq);
  }

  resume(): void {
    void this.#flush();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #flush(): Promise<void> {
    if (this.#underWay || this.#timer !== undefined || this.#wanted <= this.#told) return;
    const seq = this.#wanted;
    this.#underWay = true;
    try {
      await this.#tell(seq);
      this.#told = seq;
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        void this.#flush();
      }, PAUSE_MS);
    } catch {
      // Refused or cut off: the next place, or the next connection, says it all.
    } finally {
      this.#underWay = false;
    }
  }
}
