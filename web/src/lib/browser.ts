/**
 * What browsers give only sometimes, with an honest substitute: pages served over plain HTTP from another machine are
 * no secure context and have neither `randomUUID` nor locks, and storage can be forbidden.
 */

/** A random UUID, version 4. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * Runs `task` while no other tab runs one under the same name. Without locks tasks may overlap: who calls this must
 * bear that (refreshes share their attempt's name, messages their client key).
 */
export async function withLock<Result>(name: string, task: () => Promise<Result>): Promise<Result> {
  // The types promise locks everywhere; insecure contexts have none.
  const locks = navigator.locks as LockManager | undefined;
  return locks === undefined ? task() : locks.request(name, task);
}

/** Small texts that outlive the page and are shared between tabs. */
export interface KeyValueStore {
  /** False when nothing outlives the page. */
  readonly lasting: boolean;
  get(key: string): string | null;
  /** False when it could not be kept, for example because the storage is full. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(): readonly string[];
  /** Calls back when another tab changes a value; `null` when it was removed. The result stops that. */
  watch(changed: (key: string, value: string | null) => void): () => void;
}

/** `localStorage`, or memory where it is forbidden. */
export function openStore(): KeyValueStore {
  try {
    const storage = window.localStorage;
    storage.getItem('chatterbox');
    return new LocalStore(storage);
  } catch {
    return new MemoryStore();
  }
}

class LocalStore implements KeyValueStore {
  readonly lasting = true;
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get(key: string): string | null {
    return this.#storage.getItem(key);
  }

  set(key: string, value: string): boolean {
    try {
      this.#storage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  }

  remove(key: string): void {
    this.#storage.removeItem(key);
  }

  keys(): readonly string[] {
    return Object.keys(this.#storage);
  }

  watch(changed: (key: string, value: string | null) => void): () => void {
    const listen = (event: StorageEvent): void => {
      if (event.key !== null && event.storageArea === this.#storage) changed(event.key, event.newValue);
    };
    window.addEventListener('storage', listen);
    return () => window.removeEventListener('storage', listen);
  }
}

/** Lives as long as the page; also what tests use. */
export class MemoryStore implements KeyValueStore {
  readonly lasting = false;
  readonly #values = new Map<string, string>();

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  set(key: string, value: string): boolean {
    this.#values.set(key, value);
    return true;
  }

  remove(key: string): void {
    this.#values.delete(key);
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  watch(): () => void {
    return () => undefined;
  }
}
