// What waits on this phone: recordings, slice by slice, in IndexedDB. Nothing leaves the phone from here.
//
// A recording: { id (random: also the command that makes sending it twice harmless), made, changed (ms), owner, state,
//   parts: [{ type, ms, bytes, slices }] (one for each time the microphone was opened), replaces (id of an earlier take),
//   form: { purpose, action, title, answer, fields: [[name, value]], labels: { name: text } } or null where it has no place yet,
//   fields (where it has no place yet), upload: { url, token }, error: { code, text, fields }, answer }
// state: draft | recording | waiting (handed in) | signed-out | other | refused | sent (its answer is still to be read)
const NAME = "tejido", HOLDS = "tejido-holds";
const STORES = ["recordings", "slices", "marker"];
let opening;

const settled = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

const open = () => opening ??= new Promise((done, fail) => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("recordings", { keyPath: "id" });
    request.result.createObjectStore("slices"); // key: [id, part, number]
    request.result.createObjectStore("marker");
  };
  request.onsuccess = () => {
    request.result.onversionchange = () => { request.result.close(); opening = undefined; };
    done(request.result);
  };
  request.onerror = () => { opening = undefined; fail(request.error); };
});

// Runs `work` in one transaction; what it returns is the result once everything is on the disk.
async function within(mode, work) {
  const transaction = (await open()).transaction(STORES, mode, { durability: "strict" });
  const ended = new Promise((done, fail) => {
    transaction.oncomplete = done;
    transaction.onabort = () => fail(transaction.error);
  });
  const [result] = await Promise.all([work(...STORES.map((name) => transaction.objectStore(name))), ended]);
  return result;
}

export const CHANNEL = "tejido";
export const tell = (message) => {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
};

// How many lie here, where a page can see it before it opens the database; and the way to notice that a browser threw them away.
async function count() {
  const found = await within("readwrite", async (recordings, _, marker) => {
    const number = await settled(recordings.count());
    if (number) marker.put(Date.now(), "marker");
    else if (globalThis.localStorage) marker.clear(); // a service worker cannot take the count back, so the marker stays
    return number;
  });
  note(found);
}

function note(number) {
  try {
    if (number) localStorage.setItem(HOLDS, number);
    else localStorage.removeItem(HOLDS);
  } catch { /* a service worker has none, a strict browser allows none */ }
}

export const blank = (more) => ({
  id: crypto.randomUUID().replaceAll("-", ""), made: Date.now(), changed: Date.now(), owner: "", state: "draft", parts: [], form: null, ...more,
});

export const get = (id) => within("readonly", (recordings) => settled(recordings.get(id)));

export async function all() {
  const found = await within("readonly", (recordings) => settled(recordings.getAll()));
  return found.sort((one, other) => one.made - other.made);
}

export async function put(recording) {
  await within("readwrite", (recordings) => settled(recordings.put(recording)));
  await count();
  tell({ id: recording.id });
  return recording;
}

// Changes some members of a recording; undefined where it is gone.
export async function change(id, members) {
  const changed = await within("readwrite", async (recordings) => {
    const found = await settled(recordings.get(id));
    if (found) recordings.put(Object.assign(found, members, { changed: Date.now() }));
    return found;
  });
  tell({ id });
  return changed;
}

// Keeps the next slice of a part, and how long the part is with it.
export async function keep(id, part, type, ms, blob) {
  const bytes = await blob.arrayBuffer(); // some browsers lose blobs in IndexedDB
  await within("readwrite", async (recordings, slices) => {
    const found = await settled(recordings.get(id));
    if (!found) return;
    const last = found.parts[part] ??= { type, ms: 0, bytes: 0, slices: 0 };
    slices.put(bytes, [id, part, last.slices]);
    Object.assign(last, { type, ms, bytes: last.bytes + bytes.byteLength, slices: last.slices + 1 });
    recordings.put({ ...found, changed: Date.now() });
  });
}

// The sound, part by part, as blobs of the type that the browser really made.
export async function sound(recording) {
  const pieces = await within("readonly", (_, slices) => Promise.all(recording.parts.map((_part, number) =>
    settled(slices.getAll(IDBKeyRange.bound([recording.id, number], [recording.id, number, []]))))));
  return pieces.map((found, number) => new Blob(found, { type: recording.parts[number].type }));
}

export const length = (recording) => recording.parts.reduce((sum, part) => sum + part.ms, 0);

export async function remove(id) {
  await within("readwrite", (recordings, slices) => {
    recordings.delete(id);
    slices.delete(IDBKeyRange.bound([id], [id, []]));
  });
  await count();
  tell({ id });
}

// Keeps only that a recording was sent, and where its answer lies, until somebody has read it.
export async function sent(id, answer) {
  await within("readwrite", async (recordings, slices) => {
    const found = await settled(recordings.get(id));
    slices.delete(IDBKeyRange.bound([id], [id, []]));
    if (found) recordings.put({ ...blank({ id, made: found.made, state: "sent", answer }) });
  });
  tell({ id });
}

// Whether something lay here that the browser has thrown away: the count is there, the marker is not.
export async function evicted() {
  let held = 0;
  try { held = +localStorage.getItem(HOLDS); } catch { /* none allowed */ }
  if (!held) return 0;
  const [marked, number] = await within("readonly", (recordings, _, marker) =>
    Promise.all([settled(marker.get("marker")), settled(recordings.count())]));
  if (marked) note(number);
  return marked ? 0 : held;
}

export const forget = () => note(0);

// Everything of this node that lies in this browser, but for the session itself.
export async function wipe() {
  (await open().catch(() => null))?.close();
  opening = undefined;
  await new Promise((done, fail) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = done;
    request.onerror = () => fail(request.error);
  });
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  for (const worker of await navigator.serviceWorker?.getRegistrations() ?? []) await worker.unregister();
  localStorage.clear();
  sessionStorage.clear();
}
