/** Which tabs of this browser are alive: each holds a lock of its own name as long as it lives. */
import { newUuid } from './browser';

const PREFIX = 'chatterbox.tab.';

export class Tabs {
  /** This tab's name, new with each load of the page. */
  readonly own = newUuid();
  readonly #held: Promise<void>;

  constructor() {
    this.#held = new Promise((resolve) => {
      const locks = navigator.locks as LockManager | undefined;
      if (locks === undefined) {
        resolve();
        return;
      }
      void locks.request(PREFIX + this.own, () => {
        resolve();
        // Never settles: the browser takes the lock back when the page goes.
        return new Promise<never>(() => undefined);
      });
    });
  }

  /** The names of all tabs that are alive. Where there are no locks, only this one is known. */
  async alive(): Promise<ReadonlySet<string>> {
    await this.#held;
    const locks = navigator.locks as LockManager | undefined;
    const held = (await locks?.query())?.held ?? [];
    const names = held.flatMap(({ name }) => (name?.startsWith(PREFIX) === true ? [name.slice(PREFIX.length)] : []));
    return new Set([this.own, ...names]);
  }
}
