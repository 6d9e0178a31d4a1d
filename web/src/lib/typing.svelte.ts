/** Who is typing, and telling others that we are. */

/** Others see us for 5 s, so we repeat it no sooner than after 3. */
export const TYPING_REPEAT_MS = 3000;
export const TYPING_SHOWN_MS = 5000;

/** Who is typing in one room. */
export class TypingPeople {
  #ids = $state.raw<readonly number[]>([]);
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  /** In the order in which they began. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  set(userId: number, active: boolean): void {
    clearTimeout(this.#timers.get(userId));
    this.#timers.delete(userId);
    if (!active) {
      if (this.#ids.includes(userId)) this.#ids = this.#ids.filter((id) => id !== userId);
      return;
    }
    this.#timers.set(
      userId,
      setTimeout(() => this.set(userId, false), TYPING_SHOWN_MS),
    );
    if (!this.#ids.includes(userId)) this.#ids = [...this.#ids, userId];
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#ids = [];
  }
}

/** Tells one room that we are typing, not more often than needed. */
export class TypingSignal {
  /** When it was last said that we type, by the steady clock. */
  #saidAt = Number.NEGATIVE_INFINITY;
  /** Whether others see us typing, as far as we have said. */
  #active = false;
  #later: ReturnType<typeof setTimeout> | undefined;
  readonly #say: (active: boolean) => void;

  constructor(say: (active: boolean) => void) {
    this.#say = say;
  }

  /** On every input; `hasText` is false when the field became empty or the message was sent. */
  typed(hasText: boolean): void {
    if (!hasText) {
      clearTimeout(this.#later);
      this.#later = undefined;
      if (this.#active && performance.now() - this.#saidAt < TYPING_SHOWN_MS) this.#say(false);
      this.#active = false;
      return;
    }
    const wait = this.#saidAt + TYPING_REPEAT_MS - performance.now();
    if (wait <= 0) this.#sayActive();
    // Begun again too soon after stopping: the server would drop it, so it is said as soon as it may be.
    else if (!this.#active) this.#later ??= setTimeout(() => this.#sayActive(), wait);
  }

  #sayActive(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#saidAt = performance.now();
    this.#active = true;
    this.#say(true);
  }
}
