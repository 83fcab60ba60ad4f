// Sends a file over a bad line (tus 1.0): the form first, then the bytes, each time from where the last try ended.
const WAITS = [1, 2, 5, 10, 20, 40, 60], SILENCE = 90000, HASHED = 64 << 20;
const BEGIN_AGAIN = [404, 410], TRY_AGAIN = [408, 409, 423, 507];

// What the server refuses for good: `status`, `code`, `detail`, `errors` by field.
export class Refused extends Error {}

// A form's fields without its files, as text.
export const fields = (form) => `${new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"))}`;

const coded = (text) => btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

// Absent on plain HTTP; then the server can compare the length alone.
const digest = async (blob) => !globalThis.crypto?.subtle || blob.size > HASHED ? "" :
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer())), (byte) => byte.toString(16).padStart(2, "0")).join("");

const ask = (method, url, headers, body, signal, heard) => new Promise((done, fail) => {
  const request = new XMLHttpRequest(), stop = () => request.abort();
  let quiet;
  const listen = (event) => {
    clearTimeout(quiet);
    if (!event || event.loaded < event.total) quiet = setTimeout(stop, SILENCE);
    if (event) heard?.(event.loaded);
  };
  request.open(method, url);
  for (const name in headers) request.setRequestHeader(name, headers[name]);
  request.upload.onprogress = listen;
  request.onloadend = () => {
    clearTimeout(quiet);
    signal?.removeEventListener("abort", stop);
    request.status ? done(request) : fail(new TypeError("no answer"));
  };
  signal?.addEventListener("abort", stop);
  if (body?.size) listen();
  request.send(body);
});

const pause = (tries, signal) => new Promise((go) => {
  const over = new AbortController(), once = { signal: over.signal };
  const wake = () => { over.abort(); clearTimeout(timer); go(); };
  const timer = setTimeout(wake, WAITS[Math.min(tries, WAITS.length - 1)] * (500 + 500 * Math.random()));
  addEventListener("online", wake, once);
  document.addEventListener("visibilitychange", wake, once);
  signal?.addEventListener("abort", wake, once);
});

function refused(answer) {
  let said = {};
  try { said = JSON.parse(answer.responseText); } catch { /* a proxy's page */ }
  return Object.assign(new Refused(said.detail ?? answer.statusText), said, { status: answer.status });
}

// `metadata`: purpose, form (text), type, command. `headers`: an object, or a function that makes one for each request.
// `save(url)` is told where to go on another time (`saved`). Ends with `{url}`, of what was made of it, or throws `Refused`.
export async function send(blob, { endpoint = "/uploads/", metadata = {}, headers = {}, saved = "", save, progress, signal } = {}) {
  let url = saved, tries = 0, at = -1, spoiled = 0, fresh = false, token = {};
  for (;;) {
    signal?.throwIfAborted();
    let answer;
    try {
      const own = { ...(typeof headers === "function" ? await headers() : headers), ...token, "Tus-Resumable": "1.0.0" };
      if (!url) {
        const { form = "", ...said } = { ...metadata, sha256: await digest(blob) };
        const listed = Object.entries(said).filter(([, value]) => value).map(([name, value]) => `${name} ${coded(value)}`);
        const more = { "Content-Type": "application/x-www-form-urlencoded", "Upload-Length": blob.size, "Upload-Metadata": `${listed}` };
        answer = await ask("POST", endpoint, { ...own, ...more }, form, signal);
        if (answer.status === 201) {
          url = answer.getResponseHeader("Location");
          const secret = answer.getResponseHeader("Upload-Token");
          if (secret) token = { "Upload-Token": secret };
          fresh = true;
          await save?.(url);
          continue;
        }
      } else {
        answer = fresh ? null : await ask("HEAD", url, own, null, signal);
        if (fresh || answer.status === 200) {
          const offset = fresh ? 0 : +answer.getResponseHeader("Upload-Offset");
          if (answer?.getResponseHeader("Upload-Result")) return { url: answer.getResponseHeader("Upload-Result") };
          if (offset > at) tries = 0;
          at = offset;
          fresh = false;
          progress?.(offset, blob.size);
          const more = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset };
          answer = await ask("PATCH", url, { ...own, ...more }, blob.slice(offset), signal, (loaded) => progress?.(offset + loaded, blob.size));
          if (answer.status === 204) {
            const made = answer.getResponseHeader("Upload-Result");
            if (made) return { url: made };
          }
        }
      }
    } catch (cause) {
      signal?.throwIfAborted();
      if (!(cause instanceof TypeError)) throw cause;
    }
    const status = answer?.status ?? 0;
    if (url && BEGIN_AGAIN.includes(status) && spoiled++ < 3) { url = ""; at = -1; await save?.(""); continue; }
    if (status === 460 && spoiled++ < 3) { at = -1; continue; }
    if (status >= 400 && status < 500 && !TRY_AGAIN.includes(status)) throw refused(answer);
    await pause(tries++, signal);
  }
}
