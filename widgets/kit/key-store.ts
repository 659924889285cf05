import { settleWithin } from './settle.ts';

/** Keeps in the browser, between pages, a signing key that cannot be read out and the token that only works with it. */
export interface Saved {
  keys: CryptoKeyPair;
  refreshToken?: string;
}

/** How long the browser's storage may take: some never answer, and the page does without. */
const STORE_MS = 2_000;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('wl', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('saved');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore<T>(mode: IDBTransactionMode, work: (saved: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await settleWithin(STORE_MS, open());
  try {
    const done = new Promise<T>((resolve, reject) => {
      const transaction = database.transaction('saved', mode);
      const request = work(transaction.objectStore('saved'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
    return await settleWithin(STORE_MS, done);
  } finally {
    database.close();
  }
}

/** One entry per publishable key, in the agency's own origin. */
export const readSaved = (key: string): Promise<Saved | undefined> => inStore('readonly', (saved) => saved.get(key));
export const writeSaved = (key: string, value: Saved): Promise<IDBValidKey> => inStore('readwrite', (saved) => saved.put(value, key));
export const wipeSaved = (key: string): Promise<undefined> => inStore('readwrite', (saved) => saved.delete(key));
