// Keeps static files, and pages that the server calls public; nothing that belongs to a person. Another version empties it.
const NAME = "tejido-{{ version }}";
const FIRST = [{% for url in first %}"{{ url|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(FIRST)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => clients.claim()));
});

const keep = async (request, answer) => {
  const open = /(^|[ ,])public/.test(answer.headers.get("Cache-Control") || "");
  if (answer.ok && answer.status === 200 && open) await (await caches.open(NAME)).put(request, answer.clone());
  return answer;
};

const fetched = async (request) => {
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    const kept = await caches.match(request);
    if (kept) return kept;
    if (request.mode === "navigate") return caches.match("/offline/");
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || request.headers.has("Range")) return;
  if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request).then((kept) => kept || fetched(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(fetched(request));
  }
});
