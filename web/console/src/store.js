// The keys of this browser, in IndexedDB: name, suite, public key, and the secret as `sealing.js` encrypts it.

const NAME = "zhulian-keys";
const TABLE = "keys";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "name" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const asked = act(database.transaction(TABLE, mode).objectStore(TABLE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

export const all = () => within("readonly", (table) => table.getAll());
export const find = (name) => within("readonly", (table) => table.get(name));
export const keep = (key) => within("readwrite", (table) => table.put(key));
export const remove = (name) => within("readwrite", (table) => table.delete(name));
