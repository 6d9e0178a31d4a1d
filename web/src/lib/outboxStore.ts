/** Where unsent messages wait: IndexedDB, which outlives the page and the browser. */

/** A message as it is kept. */
export interface StoredItem {
  readonly clientKey: string;
  readonly userId: number;
  readonly roomId: number;
  readonly body: string;
  /** Milliseconds since 1970; with `order` it gives the order of sending. */
  readonly createdAt: number;
  readonly order: number;
  readonly state: 'pending' | 'failed' | 'refused';
  readonly reason: string;
  /** The tab that sends it. */
  readonly tab: string;
}

export interface OutboxStore {
  put(item: StoredItem): Promise<void>;
  remove(clientKey: string): Promise<void>;
  /** Gives `tab` the messages of an account whose tab is not among `alive`, and returns those. */
  claim(userId: number, tab: string, alive: ReadonlySet<string>): Promise<readonly StoredItem[]>;
}

const DATABASE = 'chatterbox';
const ITEMS = 'outbox';
const BY_USER = 'user';

/** Opens the store; without IndexedDB messages wait in memory, as long as the page lives. */
export async function openOutboxStore(): Promise<OutboxStore> {
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(ITEMS, { keyPath: 'clientKey' }).createIndex(BY_USER, 'userId');
    };
    return new IndexedOutboxStore(await settled(opening));
  } catch {
    return new MemoryOutboxStore();
  }
}

class IndexedOutboxStore implements OutboxStore {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
    // Another tab wants to delete or upgrade: do not stand in its way.
    database.onversionchange = () => database.close();
  }

  async put(item: StoredItem): Promise<void> {
    const transaction = this.#database.transaction(ITEMS, 'readwrite');
    transaction.objectStore(ITEMS).put(item);
    await finished(transaction);
  }

  async remove(clientKey: string): Promise<void> {
    const transaction = this.#database.transaction(ITEMS, 'readwrite');
    transaction.objectStore(ITEMS).delete(clientKey);
    await finished(transaction);
  }

  /** In one transaction, so that of several tabs one gets each message. */
  async claim(userId: number, tab: string, alive: ReadonlySet<string>): Promise<readonly StoredItem[]> {
    const transaction = this.#database.transaction(ITEMS, 'readwrite');
    const items = transaction.objectStore(ITEMS);
    const claimed: StoredItem[] = [];
    const reading = items.index(BY_USER).getAll(userId) as IDBRequest<StoredItem[]>;
    reading.onsuccess = () => {
      for (const item of reading.result) {
        if (item.tab === tab || alive.has(item.tab)) continue;
        const mine = { ...item, tab };
        items.put(mine);
        claimed.push(mine);
      }
    };
    await finished(transaction);
    return claimed;
  }
}

/** Forgets with the page. */
export class MemoryOutboxStore implements OutboxStore {
  readonly #items = new Map<string, StoredItem>();

  async put(item: StoredItem): Promise<void> {
    this.#items.set(item.clientKey, item);
  }

  async remove(clientKey: string): Promise<void> {
    this.#items.delete(clientKey);
  }

  async claim(userId: number, tab: string, alive: ReadonlySet<string>): Promise<readonly StoredItem[]> {
    const mine = [...this.#items.values()].filter((item) => item.userId === userId && item.tab !== tab && !alive.has(item.tab));
    const claimed = mine.map((item) => ({ ...item, tab }));
    for (const item of claimed) this.#items.set(item.clientKey, item);
    return claimed;
  }
}

function settled<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'));
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB failed'));
  });
}
