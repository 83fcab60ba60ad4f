// Keeps static files, and pages that the server calls public; nothing that belongs to a person. Another version empties it.
{% if sends %}import "{{ fetching|escapejs }}";
import { drain } from "{{ queue|escapejs }}";

// The line is back, and the browser woke us: what waits on this phone goes. What is left is tried again when it says so.
addEventListener("sync", (event) => {
  event.waitUntil(drain().then((left) => { if (left) throw new Error("no line yet"); }));
});
{% endif %}
const NAME = "tejido-{{ version }}-{{ lang }}", PATIENCE_MS = 4000;
const FIRST = [{% for url in first %}"{{ url|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

addEventListener("install", (event) => {
  const fresh = FIRST.map((url) => new Request(url, { cache: url.startsWith("/static/") ? "default" : "reload" }));
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => clients.claim()));
});

const kept = (request) => caches.match(request, { ignoreVary: true });

const keep = async (request, answer) => {
  const open = /(^|[ ,])public/.test(answer.headers.get("Cache-Control") || "");
  if (answer.ok && answer.status === 200 && open) await (await caches.open(NAME)).put(request, answer.clone());
  return answer;
};

const fetched = async (request) => {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const found = await kept(request);
    if (found) return found;
    if (request.mode === "navigate") return kept("/offline/");
    throw error;
  }
};

// A page of the shell does not wait for a line that is there and brings nothing.
const soon = (request) => {
  const line = fetched(request), patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  return Promise.race([line, patience.then(() => kept(request)).then((found) => found ?? line)]);
};

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.has("Range")) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(kept(request).then((found) => found || fetched(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(FIRST.includes(url.pathname) ? soon(request) : fetched(request));
  }
});
