/** How long to wait before trying again: 1 s at first, doubling up to 30 s, scattered so that not all come at once. */
export class Backoff {
  static readonly SHORTEST_MS = 1000;
  static readonly LONGEST_MS = 30_000;
  #failures = 0;
  readonly #random: () => number;

  /** `random` gives numbers from 0 up to, but not including, 1. */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds until the next attempt, after one more failure. */
  next(): number {
    const base = Backoff.SHORTEST_MS * 2 ** Math.min(this.#failures, 5);
    this.#failures += 1;
    return Math.min(Backoff.LONGEST_MS, Math.max(Backoff.SHORTEST_MS, base * (0.75 + this.#random() / 2)));
  }

  reset(): void {
    this.#failures = 0;
  }
}
