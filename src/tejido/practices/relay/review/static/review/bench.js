// The workbench: what is typed is kept at once (here and on the server), and saved when its segment is left; the sound
// follows the cursor; what others save appears. Without this file the same forms do the same, a page at a time.
const box = document.querySelector("[data-bench]");
const list = document.querySelector(".bench");
const audio = document.querySelector("audio");
const say = box.dataset;
const approves = list?.dataset.approves === "1";
const LOOK_MS = 3000, KEEP_MS = 600, HERE_MS = 9000;
const PART = { "X-Part": "segment" };
const keyOf = (seg) => `tejido:review:${location.pathname}:${seg.dataset.segment}`;
const field = (seg) => seg.querySelector("textarea");
const form = (seg) => seg.querySelector("[data-segment-form]");
const tell = (seg, text) => { seg.querySelector("[role=status]").textContent = text; };
const segments = () => [...(list?.querySelectorAll(".seg") ?? [])];
const of = (node) => node?.closest?.(".seg");

// --- kept on this device, until the server has it
const store = {
  put(seg) { try { localStorage.setItem(keyOf(seg), JSON.stringify({ text: field(seg).value, base: form(seg).elements.base.value })); } catch { /* full, or forbidden */ } },
  get(seg) { try { return JSON.parse(localStorage.getItem(keyOf(seg))); } catch { return null; } },
  drop(seg) { try { localStorage.removeItem(keyOf(seg)); } catch { /* forbidden */ } },
};

function stands(seg) {
  seg.dataset.text = seg.dataset.stands ?? field(seg).defaultValue;
}

function begin(seg) {
  stands(seg);
  const area = field(seg);
  const before = store.get(seg);
  if (before && before.text !== area.value) {
    area.value = before.text;
    tell(seg, say.restored);
  } else if (before) store.drop(seg);
}

// What stands in the field is another text than the server's.
const changed = (seg) => field(seg).value !== seg.dataset.text;

// --- sending
async function send(address, data) {
  return fetch(address, { method: "POST", body: data, headers: PART });
}

function take(seg, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const inside = seg.contains(document.activeElement) && document.activeElement === field(seg);
  seg.replaceWith(fresh);
  stands(fresh);
  if (inside) field(fresh).focus({ preventScroll: true });
  return fresh;
}

async function keep(seg, text) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form(seg).elements.csrfmiddlewaretoken.value);
  if (text !== undefined) { data.set("text", text); data.set("base", form(seg).elements.base.value); }
  const answer = await send(`${form(seg).action}typing/`, data);
  if (!answer.ok) throw new Error(answer.status);
}

async function save(seg, act) {
  if (seg.sending) return seg;
  clearTimeout(seg.timer);
  const data = new FormData(form(seg));
  data.set("do", act);
  seg.sending = true;
  try {
    const answer = await send(form(seg).action, data);
    if (!(answer.headers.get("content-type") ?? "").startsWith("text/html") || ![200, 409].includes(answer.status)) {
      const problem = await answer.json().catch(() => ({}));
      tell(seg, problem.detail ?? `${answer.status}`);
      return seg;
    }
    store.drop(seg);
    const fresh = take(seg, await answer.text());
    if (answer.status === 409) { fresh.dataset.text = ""; field(fresh).focus(); return null; }
    look(true);
    return fresh;
  } catch {
    tell(seg, say.offline);
    return null;
  } finally { seg.sending = false; }
}

list?.addEventListener("submit", async (event) => {
  const seg = of(event.target);
  if (!event.target.matches("[data-segment-form]")) return;
  event.preventDefault();
  const act = event.submitter?.value ?? "save";
  const after = next(seg, 1);
  const fresh = await save(seg, act);
  if (fresh && act === "approve" && after) enter(after);
  else fresh?.querySelector("[role=status]")?.closest("p").querySelector("button")?.focus();
});

list?.addEventListener("input", (event) => {
  const seg = of(event.target);
  store.put(seg);
  clearTimeout(seg.timer);
  seg.timer = setTimeout(async () => {
    try { await keep(seg, field(seg).value); tell(seg, say.savedHere); } catch { tell(seg, say.offline); }
  }, KEEP_MS);
});

list?.addEventListener("focusin", (event) => {
  if (!event.target.matches("textarea")) return;
  const seg = of(event.target);
  play(seg);
  if (!changed(seg)) keep(seg).catch(() => {});
});

list?.addEventListener("focusout", (event) => {
  const seg = of(event.target);
  if (seg.contains(event.relatedTarget) || !document.hasFocus()) return;
  if (changed(seg) && !seg.hasAttribute("data-stale")) save(seg, "save");
});

list?.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-help]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const seg = of(link), open = seg.querySelector(".help");
  if (open) { open.remove(); link.setAttribute("aria-expanded", "false"); return; }
  const answer = await fetch(link.href, { headers: { "X-Part": "help" } }).catch(() => null);
  if (!answer?.ok) { location.href = link.href; return; }
  seg.insertAdjacentHTML("beforeend", await answer.text());
  link.setAttribute("aria-expanded", "true");
});

// --- moving
function next(seg, step) {
  const all = segments();
  return all[all.indexOf(seg) + step];
}
function nextOpen(seg) {
  const all = segments();
  return all.slice(all.indexOf(seg) + 1).find((one) => one.dataset.state !== "approved") ?? null;
}
function enter(seg) {
  field(seg).focus();
  seg.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", async (event) => {
  if (event.ctrlKey && event.code === "Space" && audio) { event.preventDefault(); toggle(); return; }
  const seg = of(document.activeElement);
  if (!seg || event.target !== field(seg)) return;
  if (event.ctrlKey && event.key === "Enter") {
    event.preventDefault();
    const after = nextOpen(seg) ?? next(seg, 1);
    const fresh = await save(seg, approves ? "approve" : "save");
    if (fresh && after) enter(after.isConnected ? after : document.getElementById(after.id));
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const other = next(seg, event.key === "ArrowDown" ? 1 : -1);
    if (other) enter(other);
  } else if (event.key === "Escape") {
    form(seg).querySelector("button").focus();
  }
});

// --- sound in step
let until = null;
function play(seg) {
  if (!audio || seg.dataset.from === undefined) return;
  audio.currentTime = seg.dataset.from / 1000;
  until = seg.dataset.to / 1000;
  audio.play().catch(() => {});
}
function toggle() {
  if (!audio.paused) { audio.pause(); return; }
  const seg = of(document.activeElement);
  if (seg?.dataset.from !== undefined && (until === null || audio.currentTime >= until)) play(seg);
  else audio.play().catch(() => {});
}
audio?.addEventListener("timeupdate", () => {
  if (until !== null && audio.currentTime >= until) { audio.pause(); until = null; }
  const now = audio.currentTime * 1000;
  for (const seg of segments()) {
    const heard = !audio.paused && seg.dataset.from !== undefined && now >= seg.dataset.from && now < seg.dataset.to;
    seg.querySelector(".source")?.classList.toggle("is-heard", heard);
    seg.classList.toggle("is-heard", heard && !seg.querySelector(".source"));
  }
});
const rates = document.querySelector(".rates");
if (rates) rates.hidden = false;
rates?.addEventListener("click", ({ target }) => {
  if (!target.dataset.rate) return;
  audio.playbackRate = Number(target.dataset.rate);
  for (const one of rates.querySelectorAll("button")) one.toggleAttribute("aria-pressed", false);
  target.setAttribute("aria-pressed", "true");
});

// --- what others do
let version = "", looking = null, said = 0;
async function look(now = false) {
  clearTimeout(looking);
  try {
    const here = of(document.activeElement);
    if (here && !document.hidden && !changed(here) && Date.now() - said > HERE_MS) { said = Date.now(); await keep(here); }
    const answer = document.hidden && !now ? { status: 204 } : await fetch(`${box.dataset.bench}?v=${version}`, { headers: { Accept: "application/json" } });
    if (answer.status === 200) await show(await answer.json());
    if (answer.status === 404) return;
  } catch { /* the line is bad: look again */ }
  looking = setTimeout(look, LOOK_MS);
}

async function show(found) {
  const first = version === "";
  version = found.version;
  const drafting = box.querySelector("[data-drafted]");
  if (drafting && found.drafted === null) { location.reload(); return; }
  bar(drafting, found.drafted);
  bar(box.querySelector("[data-percent]"), found.percent);
  document.querySelector("[data-open]")?.replaceChildren(found.lines.filter(([, , state]) => state !== "approved").length);
  for (const seg of segments()) {
    const names = found.who[seg.dataset.segment] ?? [];
    seg.querySelector("[data-who]").textContent = names.length ? `${say.here} ${names.join(", ")}` : "";
  }
  if (first && !drafting) return;
  for (const [id, called, state] of found.lines) {
    const seg = document.getElementById(`s-${id}`);
    if (seg && (seg.dataset.called !== called || seg.dataset.state !== state)) await renew(seg);
  }
}

function bar(place, percent) {
  const progress = place?.querySelector("progress");
  if (!progress || percent === null) return;
  progress.value = percent;
  progress.previousElementSibling?.replaceChildren(`${percent} %`);
}

async function renew(seg) {
  if (seg.sending || seg.hasAttribute("data-stale")) return;
  if (changed(seg)) { tell(seg, say.beside); return; }
  const answer = await fetch(form(seg).action, { headers: PART });
  if (answer.ok && !changed(seg) && seg.isConnected) take(seg, await answer.text());
}

// --- begin
segments().forEach(begin);
if (location.hash.startsWith("#s-")) {
  const seg = document.getElementById(location.hash.slice(1));
  if (seg?.matches(".seg")) enter(seg);
}
look();
