// Sends a file over a bad line (tus 1.0): the form first, then the bytes, each time from where the last try ended.
const WAITS = [1, 2, 5, 10, 20, 40, 60], SILENCE = 9e4, HASHED = 64 << 20;

// What the server refuses for good: `status`, `code`, `errors` by field.
export class Refused extends Error {}

// A form's fields without its files, as text.
export const fields = (form) => `${new URLSearchParams([...new FormData(form)].filter((one) => typeof one[1] === "string"))}`;

const coded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// Absent on plain HTTP; then the server can compare the length alone.
async function digest(blob) {
  if (!globalThis.crypto?.subtle || blob.size > HASHED) return;
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One request. A line over which nothing moves is given up, and the promise fails.
const ask = (method, url, headers, body, signal, heard) => new Promise((done, fail) => {
  const request = new XMLHttpRequest(), stop = () => request.abort();
  let quiet;
  const listen = (loaded, total) => {
    clearTimeout(quiet);
    if (loaded < total) quiet = setTimeout(stop, SILENCE);
  };
  request.open(method, url);
  for (const name in headers) request.setRequestHeader(name, headers[name]);
  request.upload.onprogress = ({ loaded, total }) => { listen(loaded, total); heard?.(loaded); };
  request.onloadend = () => {
    listen();
    signal?.removeEventListener("abort", stop);
    request.status ? done(request) : fail(new TypeError());
  };
  signal?.addEventListener("abort", stop);
  listen(0, body?.size);
  request.send(body);
});

// Until it is time for the next try, the line is back, or somebody looks.
const pause = (tries, signal) => new Promise((go) => {
  const over = new AbortController();
  const wake = () => { over.abort(); clearTimeout(timer); go(); };
  const timer = setTimeout(wake, (WAITS[tries] ?? 60) * (500 + 500 * Math.random()));
  for (const [on, name] of [[window, "online"], [document, "visibilitychange"], [signal, "abort"]]) on?.addEventListener(name, wake, over);
});

function refused(answer) {
  let said = {};
  try { said = JSON.parse(answer.responseText); } catch { /* a proxy's page */ }
  return Object.assign(new Refused(said.detail ?? answer.statusText), said, { status: answer.status });
}

// `metadata`: purpose, form (text), type, command. `headers`: an object, or a function that makes one for each try.
// `save(url, secret)` is told where to go on another time (`saved`), and by which `Upload-Token`; `progress(at, size, waiting)`. Ends with `{url}` of what
// was made of it, or throws `Refused`.
export async function send(blob, { endpoint = "/uploads/", metadata = {}, headers = {}, saved, save, progress, signal } = {}) {
  let url = saved, tries = 0, at = -1, anew = 0, fresh, token;
  const { form = "", ...said } = metadata;
  for (;;) {
    let answer;
    signal?.throwIfAborted();
    try {
      const own = { ...(typeof headers === "function" ? await headers() : headers), ...token, "Tus-Resumable": "1.0.0" };
      const tell = (method, to, body, type, more, heard) => ask(method, to, { ...own, "Content-Type": `application/${type}`, ...more }, body, signal, heard);
      if (!url) {
        const listed = Object.entries({ ...said, sha256: await digest(blob) }).filter((one) => one[1]);
        const header = listed.map(([name, value]) => `${name} ${coded(value)}`).join();
        answer = await tell("POST", endpoint, form, "x-www-form-urlencoded", { "Upload-Length": blob.size, "Upload-Metadata": header });
        if (answer.status === 201) {
          url = answer.getResponseHeader("Location");
          const secret = answer.getResponseHeader("Upload-Token");
          token = secret && { "Upload-Token": secret };
          fresh = true;
          await save?.(url, secret);
          continue;
        }
      } else {
        answer = fresh || await ask("HEAD", url, own, null, signal);
        if (fresh || answer.status === 200) {
          const offset = fresh ? 0 : +answer.getResponseHeader("Upload-Offset");
          let made = !fresh && answer.getResponseHeader("Upload-Result");
          if (made) return { url: made };
          if (offset > at) tries = 0;
          at = offset;
          fresh = false;
          progress?.(at, blob.size);
          answer = await tell("PATCH", url, blob.slice(at), "offset+octet-stream", { "Upload-Offset": at }, (loaded) => progress?.(at + loaded, blob.size));
          made = answer.getResponseHeader("Upload-Result");
          if (made) return { url: made };
        }
      }
    } catch (cause) {
      if (signal?.aborted || !(cause instanceof TypeError)) throw signal?.reason ?? cause;
    }
    const status = answer?.status;
    if (anew < 3 && (status === 460 || (url && (status === 404 || status === 410)))) { // spoiled, or forgotten: from the start
      anew++;
      at = -1;
      if (status !== 460) await save?.(url = "");
      continue;
    }
    if (status >= 400 && status < 500 && ![408, 409, 423].includes(status)) throw refused(answer);
    progress?.(Math.max(at, 0), blob.size, true);
    await pause(tries++, signal);
  }
}
