/** What was written and not sent, per account and room, in this browser. */
import type { KeyValueStore } from './browser';

/** A draft is saved this long after the first unsaved change. */
const SAVE_MS = 300;

export class Drafts {
  readonly #store: KeyValueStore;
  readonly #prefix: string;
  readonly #unsaved = new Map<number, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #unwatch: () => void;

  /** `changed` tells of drafts that another tab changed. */
  constructor(store: KeyValueStore, userId: number, changed: (roomId: number, text: string) => void) {
    this.#store = store;
    this.#prefix = `chatterbox.draft.${userId}.`;
    this.#unwatch = store.watch((key, value) => {
      const roomId = this.#roomOf(key);
      // What is being typed here is newer than what the other tab has saved.
      if (roomId === null || this.#unsaved.has(roomId)) return;
      changed(roomId, value ?? '');
    });
    window.addEventListener('pagehide', this.#flush);
  }

  /** The draft of a room; empty when there is none. */
  get(roomId: number): string {
    return this.#unsaved.get(roomId) ?? this.#store.get(this.#prefix + roomId) ?? '';
  }

  /** Keeps `text`, within half a second. An empty text is kept at once: a draft that was sent must not come back. */
  set(roomId: number, text: string): void {
    if (text === '') {
      this.#unsaved.delete(roomId);
      this.#store.remove(this.#prefix + roomId);
      return;
    }
    this.#unsaved.set(roomId, text);
    this.#timer ??= setTimeout(this.#flush, SAVE_MS);
  }

  /** Saves what is unsaved and stops following other tabs. */
  close(): void {
    this.#flush();
    this.#unwatch();
    window.removeEventListener('pagehide', this.#flush);
  }

  readonly #flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [roomId, text] of this.#unsaved) this.#store.set(this.#prefix + roomId, text);
    this.#unsaved.clear();
  };

  #roomOf(key: string): number | null {
    const id = key.startsWith(this.#prefix) ? Number(key.slice(this.#prefix.length)) : Number.NaN;
    return Number.isSafeInteger(id) ? id : null;
  }
}
