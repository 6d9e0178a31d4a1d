/**
 * The server's time, as far as a page can know it. A device's own clock may be minutes or years off; whatever is put
 * beside times of the server must be measured by the server's.
 */
export class ServerClock {
  #ahead: number | null = null;
  readonly #now: () => number;

  /** `now` is the device's time in milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Learns from the `Date` header of an answer, which has whole seconds. */
  observe(header: string | null): void {
    const said = header === null ? Number.NaN : Date.parse(header);
    if (Number.isNaN(said)) return;
    const ahead = said - this.#now();
    // Below what rounding and the way of the answer explain, the device is right.
    this.#ahead = Math.abs(ahead) < 5000 ? 0 : ahead;
  }

  /** Milliseconds since 1970 by the server's clock; by the device's while the server has not been heard. */
  now(): number {
    return this.#now() + (this.#ahead ?? 0);
  }
}
