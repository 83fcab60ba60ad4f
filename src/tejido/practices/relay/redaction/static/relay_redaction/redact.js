// The editor of redactions: words by keyboard and pointer, stretches on the picture, a list with undo. Without it the
// same form works by its boxes and fields.
const form = document.querySelector("[data-marks]");
const audio = form?.querySelector("audio");
const wave = form?.querySelector("[data-wave]");
const list = form?.querySelector("[data-list]");
const undo = form?.querySelector("[data-undo]");
const words = [...(form?.querySelectorAll("input[name=w]") ?? [])];
const past = [];
document.documentElement.classList.add("scripted");
for (const one of document.querySelectorAll("[data-script], [data-undo], [data-play], [data-clear]")) one.hidden = false;

const clock = (ms) => `${Math.floor(ms / 60000)}:${((ms % 60000) / 1000).toFixed(1).padStart(4, "0")}`;
const parse = (text) => {
  const found = /^(?:(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
  return found ? Math.round(((found[1] ?? 0) * 60 + Number(found[2].replace(",", "."))) * 1000) : null;
};
const rows = () => [...form.querySelectorAll("[data-span]")];
const fields = (row) => row.querySelectorAll("input");
const snapshot = () => JSON.stringify([
  [...form.querySelectorAll("[type=checkbox]:checked")].map((one) => one.name + one.value),
  rows().map((row) => [...fields(row)].map((one) => one.value)),
]);
let now = form ? snapshot() : "";

function changed() {
  const next = snapshot();
  if (next !== now) { past.push(now); now = next; }
  undo.disabled = !past.length;
  show();
}
function restore() {
  now = past.pop();
  const [ticked, spans] = JSON.parse(now);
  for (const one of form.querySelectorAll("[type=checkbox]")) one.checked = ticked.includes(one.name + one.value);
  while (rows().length < spans.length) addRow();
  rows().forEach((row, i) => fields(row).forEach((one, j) => { one.value = spans[i]?.[j] ?? ""; }));
  undo.disabled = !past.length;
  show();
}

let stop = null;
function play(from, to) {
  if (!audio) return;
  audio.currentTime = from / 1000;
  stop = to / 1000;
  audio.play().catch(() => {});
}
audio?.addEventListener("timeupdate", () => {
  if (stop !== null && audio.currentTime >= stop) { audio.pause(); stop = null; }
  wave?.querySelector(".here")?.setAttribute("x", place(audio.currentTime * 1000));
});

const total = Number(wave?.dataset.wave ?? 0);
const width = wave?.viewBox.baseVal.width ?? 0;
const place = (ms) => (total ? (ms / total) * width : 0);
function rect(from, to, name) {
  const made = document.createElementNS(wave.namespaceURI, "rect");
  made.setAttribute("x", place(from));
  made.setAttribute("width", Math.max(1, place(to - from)));
  made.setAttribute("height", "100%");
  if (name) made.setAttribute("class", name);
  wave.append(made);
}

// What is marked: runs of words, whole lines, stretches; each can be played and removed.
function marked() {
  const found = [];
  let run = null;
  for (const one of words) {
    if (!one.checked) { run = null; continue; }
    const [from, to] = (one.dataset.t ?? ",").split(",");
    if (run && run.line === one.closest("li")) { run.inputs.push(one); run.text += ` ${one.parentNode.textContent}`; run.to = to; }
    else { run = { line: one.closest("li"), inputs: [one], text: one.parentNode.textContent, from, to }; found.push(run); }
  }
  for (const one of form.querySelectorAll("input[name=s]:checked")) {
    const line = one.closest("li");
    found.push({ inputs: [one], text: one.parentNode.textContent.trim(), from: line.dataset.from ?? "", to: line.dataset.to ?? "" });
  }
  for (const row of rows()) {
    const [from, to] = [...fields(row)].map((one) => parse(one.value));
    if (from !== null && to !== null && to > from) found.push({ row, text: `${clock(from)}–${clock(to)}`, from, to });
  }
  return found;
}
function show() {
  const found = marked();
  const made = document.createElement("ul");
  wave?.querySelectorAll("rect").forEach((one) => one.remove());
  for (const one of found) {
    const item = document.createElement("li");
    const text = document.createElement("bdi");
    text.textContent = one.text;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", `${list.dataset.remove}: ${one.text}`);
    button.addEventListener("click", () => {
      one.inputs?.forEach((input) => { input.checked = false; });
      if (one.row) for (const field of fields(one.row)) field.value = "";
      changed();
    });
    item.append(text, " ", button);
    made.append(item);
    if (wave && one.from !== "") rect(Number(one.from), Number(one.to));
  }
  if (wave) rect(audio.currentTime * 1000, audio.currentTime * 1000, "here");
  list.replaceChildren(found.length ? made : list.dataset.none);
}

// Words: one stop for the Tab key a line; arrows walk, Shift marks.
const roving = new Map();
for (const one of words) {
  const line = one.closest("li");
  one.tabIndex = roving.has(line) ? -1 : 0;
  if (!roving.has(line)) roving.set(line, one);
}
function go(one) {
  const line = one.closest("li");
  roving.get(line).tabIndex = -1;
  one.tabIndex = 0;
  roving.set(line, one);
  one.focus();
}
form?.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && past.length && !event.target.matches("[name=start], [name=end]")) {
    event.preventDefault();
    return restore();
  }
  const at = words.indexOf(event.target);
  if (at < 0) return;
  const back = getComputedStyle(event.target.closest("p")).direction === "rtl" ? "ArrowRight" : "ArrowLeft";
  const step = { ArrowLeft: 1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  let next = at + (event.key === back ? -1 : step);
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    const line = event.target.closest("li");
    const other = step < 0 ? line.previousElementSibling : line.nextElementSibling;
    next = other ? words.indexOf(roving.get(other)) : at;
  } else if (event.shiftKey) { event.target.checked = true; if (words[next]) words[next].checked = true; changed(); }
  if (words[next]) go(words[next]);
});

// Drawing over words marks (or unmarks) them; a tap is a click.
let drawing = null;
form?.addEventListener("pointerdown", (event) => {
  const label = event.target.closest?.(".ws label");
  if (label && event.pointerType === "mouse") drawing = { to: !label.firstChild.checked, from: label };
});
form?.addEventListener("pointerover", (event) => {
  const label = event.target.closest?.(".ws label");
  if (!drawing || !label || label === drawing.from && !drawing.moved) return;
  drawing.moved = true;
  const [a, b] = [drawing.from, label].map((one) => words.indexOf(one.firstChild)).sort((x, y) => x - y);
  for (const one of words.slice(a, b + 1)) one.checked = drawing.to;
});
addEventListener("pointerup", () => {
  if (drawing?.moved) changed();
  drawing = null;
});
form?.addEventListener("change", (event) => {
  if (event.target.name !== "mode") changed();
});

function addRow() {
  const last = rows().at(-1);
  const made = last.cloneNode(true);
  for (const one of fields(made)) one.value = "";
  last.after(made);
  return made;
}
function mark(from, to) {
  const free = rows().find((row) => [...fields(row)].every((one) => !one.value)) ?? addRow();
  const [start, end] = fields(free);
  [start.value, end.value] = [clock(from), clock(to)];
  changed();
}
form?.addEventListener("click", (event) => {
  const row = event.target.closest("[data-span]");
  if (event.target.matches("[data-undo]")) return restore();
  if (!row) return;
  const [from, to] = [...fields(row)].map((one) => parse(one.value));
  if (event.target.matches("[data-play]") && from !== null && to !== null) play(from, to);
  if (event.target.matches("[data-clear]")) { for (const one of fields(row)) one.value = ""; changed(); }
});

// The picture: drawing over it marks a stretch, a tap plays from there.
if (wave) {
  let from = null;
  const ms = (event) => {
    const box = wave.getBoundingClientRect();
    return Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * total);
  };
  wave.addEventListener("pointerdown", (event) => { from = ms(event); wave.setPointerCapture(event.pointerId); });
  wave.addEventListener("pointermove", (event) => {
    if (from === null) return;
    show();
    rect(Math.min(from, ms(event)), Math.max(from, ms(event)));
  });
  wave.addEventListener("pointerup", (event) => {
    const to = ms(event);
    if (from !== null && Math.abs(to - from) > total / 200) mark(Math.min(from, to), Math.max(from, to));
    else { stop = null; audio.currentTime = to / 1000; audio.play().catch(() => {}); }
    from = null;
  });
}
if (form) show();

const waiting = document.querySelector("[data-waiting], [data-drawing]");
async function poll() {
  try {
    const answer = await fetch(waiting.dataset.waiting ?? waiting.dataset.drawing, { headers: { Accept: "application/json" } });
    const found = await answer.json();
    const done = waiting.dataset.waiting ? found.state !== "waiting" : found.drawn;
    if (done && !(waiting.dataset.drawing && past.length)) return location.reload();
  } catch { /* the line is bad: try again */ }
  setTimeout(poll, 1500);
}
if (waiting) poll();
