// Sends what waits on this phone, each recording once: its id is the command that the node carries out a single time, however
// often it is told. Runs in pages, and in the service worker where the browser wakes it.
import * as phone from "./phone.js";
import { send as upload } from "./upload.js";

const WAITS = ["waiting", "signed-out", "other"], AGAIN_MS = 30_000;
const TOKEN = /name="csrfmiddlewaretoken" value="([^"]+)"/, OWNER = /data-owner="([^"]*)"/;

// The page that the form came from, as it is now: its token, whose session this is, and whether there still is such a page.
async function look({ form, owner }) {
  const answer = await fetch(form.action, { cache: "no-store", headers: { Accept: "text/html" } });
  if (answer.redirected) return { state: "signed-out" };
  if (answer.status >= 500) throw new TypeError(`status ${answer.status}`);
  if (!answer.ok) return { state: "refused", error: { code: answer.status === 403 ? "not-allowed" : "gone" } };
  const text = await answer.text(), now = OWNER.exec(text)?.[1] ?? "";
  return owner && now !== owner ? { state: "other" } : { token: TOKEN.exec(text)?.[1] ?? "" };
}

const headers = (token, secret) => ({ "X-CSRFToken": token, ...(secret && { "Upload-Token": secret }) });

async function deliver(recording, token, progress) {
  const { id, form, parts } = recording, sound = new Blob(await phone.sound(recording), { type: parts[0].type });
  const said = new URLSearchParams(form.fields);
  said.set("command", id);
  said.set("parts", parts.map(({ bytes }) => bytes).join());
  return upload(sound, {
    metadata: { purpose: form.purpose, form: `${said}`, type: parts[0].type, command: id },
    headers: headers(token, recording.upload?.token), saved: recording.upload?.url ?? "",
    save: (url, secret) => phone.change(id, { upload: { url, token: secret ?? recording.upload?.token } }),
    progress: (done, total, waits) => { progress?.(done, total, waits); phone.tell({ id, done, total }); },
  });
}

async function attempt(id, progress) {
  const recording = await phone.get(id);
  if (!recording || !WAITS.includes(recording.state)) return { state: recording?.state ?? "sent" };
  const settle = async (members) => { await phone.change(id, members); return members; };
  try {
    const page = await look(recording);
    if (page.state) return settle(page);
    const { url } = await deliver(recording, page.token, progress);
    await (recording.form.answer ? phone.sent(id, url) : phone.remove(id));
    return { url, state: "sent" };
  } catch (error) {
    if (!error.status) return settle({ state: "waiting" }); // no line
    if (error.status === 401 || error.code === "csrf") return settle({ state: "signed-out" });
    return settle({ state: "refused", error: { code: error.code, text: error.message, fields: error.errors } });
  }
}

// What became of it: { state, url?, error? }. Two tabs do not send the same recording at the same time.
export const send = (id, progress) => navigator.locks
  ? navigator.locks.request(`tejido-sending-${id}`, () => attempt(id, progress))
  : attempt(id, progress);

// Everything that waits, the oldest first; whether something still does because there is no line.
export async function drain() {
  for (const { id, state } of await phone.all()) {
    if (WAITS.includes(state) && (await send(id)).state === "waiting") return true;
  }
  return false;
}

let started = false, timer = 0;

async function again() {
  clearTimeout(timer);
  if (!await drain()) return;
  timer = setTimeout(again, AGAIN_MS);
  (await navigator.serviceWorker?.getRegistration())?.sync?.register("tejido-send").catch(() => {});
}

// Tries now, whenever the line or the page is back, and every half minute while something waits.
export function start() {
  if (started) return;
  started = true;
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") again(); });
  again();
}

// Lets the node forget the half that it has of a recording that is deleted here.
export async function cancel(recording) {
  if (!recording.upload?.url) return;
  const { token } = await look(recording);
  await fetch(recording.upload.url, {
    method: "DELETE", headers: { ...headers(token, recording.upload.token), "Tus-Resumable": "1.0.0" },
  });
}
