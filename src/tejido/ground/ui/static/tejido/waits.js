// The page “On this phone”: what waits here and why, recording without a line, deleting everything.
import { read, write } from "./fields.js";
import { player, save } from "./listen.js";
import * as phone from "./phone.js";
import * as queue from "./queue.js";
import { Recorder, live, over } from "./record.js";
import { from, length, pick, say, time } from "./words.js";

const page = pick(document.querySelector("[data-phone=list]"));
const STATES = { waiting: "held", recording: "elsewhere" };
const SENDABLE = ["waiting", "signed-out", "other", "refused"];
let recorder = null;

function why({ state, error, parts }) {
  if (state === "refused") return say("refused", { text: error.text || say(error.code === "not-allowed" ? "not-allowed" : "gone") });
  if (state === "draft") return parts.length ? say("draft") : say("empty");
  return say(STATES[state] ?? state);
}

function blamed({ state, error }) {
  const fields = state === "refused" && error.fields ? Object.values(error.fields).flat() : [];
  return fields.join(" ");
}

function row(recording, running) {
  const shown = from("data-recorder-wait"), at = pick(shown), { state, form, parts, answer, error } = recording;
  shown.dataset.id = recording.id;
  shown.dataset.was = JSON.stringify([state, running, error, parts.map(({ ms }) => ms), form?.title]);
  at("title").textContent = form?.title || (state === "sent" ? "" : say("unplaced"));
  if (form && state !== "sent") at("title").href = form.action;
  at("name").textContent = parts.length ? say("name", { length: length(phone.length(recording)), time: time(recording.made) }) : time(recording.made);
  at("why").textContent = why({ ...recording, state: running ? "recording" : state === "recording" ? "draft" : state });
  at("fields").textContent = blamed(recording);
  at("sign-in").hidden = state !== "signed-out" && state !== "other";
  at("do=answer").hidden = state !== "sent";
  if (answer) at("do=answer").href = answer;
  at("do=open").hidden = running || !["draft", "recording"].includes(state);
  at("do=form").hidden = state !== "refused" || !form;
  if (form) at("do=form").href = form.action;
  at("do=send").hidden = !SENDABLE.includes(state) || error?.code === "gone";
  for (const name of ["listen", "save"]) at(`do=${name}`).hidden = running || !parts.length;
  at("do=delete").hidden = running;
  return shown;
}

// Rows that did not change stay where they are: somebody may be listening.
async function render() {
  const found = await phone.all(), box = page("rows");
  const old = new Map([...box.children].map((one) => [one.dataset.id, one]));
  for (const one of found) {
    const running = one.state === "recording" && await live(one), shown = row(one, running), before = old.get(one.id);
    old.delete(one.id);
    if (running && !before) over(one).then(render);
    if (!before) box.append(shown);
    else if (before.dataset.was !== shown.dataset.was) before.replaceWith(shown);
  }
  for (const gone of old.values()) gone.remove();
  page("nothing").hidden = found.length > 0;
}

// The form of the draft: what it knows beyond the fields of this page travels along unseen, and is shown in words.
async function open(recording) {
  const form = document.querySelector("form[data-shell]");
  form.closest("[data-form]").hidden = false;
  form.querySelectorAll("[data-carried]").forEach((one) => one.remove());
  const listed = recording?.form?.fields ?? recording?.fields ?? read(form);
  for (const [name, value] of listed) {
    if (form.elements[name]) continue;
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    hidden.dataset.carried = "";
    form.append(hidden);
  }
  const { circle = "", role = "" } = recording?.form?.labels ?? {};
  page("place").textContent = [recording?.form?.title || say("unplaced"), circle, role].filter(Boolean).join(" · ");
  recorder ??= new Recorder(form, form.querySelector("[type=file]"));
  if (recorder.take) await recorder.stop();
  recorder.place = recording?.form ?? null;
  recorder.owner = recording?.owner ?? "";
  recorder.only = recording?.id;
  form.reset();
  write(form, listed);
  if (!recording?.parts.length && form.elements.day) form.elements.day.valueAsDate = new Date();
  await recorder.open();
  form.scrollIntoView();
}

async function pressed(event) {
  const name = event.target.closest("[data-do]")?.dataset.do, id = event.target.closest("[data-id]")?.dataset.id;
  if (!id) return;
  const recording = await phone.get(id), sound = event.target.closest("li").querySelector("[data-sound]");
  if (name === "open") await open(recording);
  else if (name === "send") { await phone.change(id, { state: "waiting", error: null }); await queue.send(id); }
  else if (name === "listen") sound.replaceChildren(await player(recording));
  else if (name === "save" && confirm(say("file"))) await save(recording);
  else if (name === "delete" && confirm(say("sure"))) {
    sound.replaceChildren();
    queue.cancel(recording).catch(() => {});
    await phone.remove(id);
  }
}

async function wipe() {
  if (!confirm(say("sure-all"))) return;
  if (recorder?.take) await recorder.stop();
  for (const one of await phone.all()) queue.cancel(one).catch(() => {});
  await phone.wipe();
  document.querySelector("[data-phone=list]").replaceChildren(Object.assign(document.createElement("p"), { textContent: say("wiped") }));
}

export async function show(canRecord) {
  const lost = await phone.evicted();
  if (lost) { page("evicted").hidden = false; page("evicted").textContent = say("evicted", { number: lost }); phone.forget(); }
  page("rows").addEventListener("click", pressed);
  page("do=record").hidden = !canRecord;
  page("do=record").addEventListener("click", () => open(null));
  page("do=wipe").addEventListener("click", wipe);
  page("tools").hidden = false;
  page("kept").textContent = say(await navigator.storage?.persisted?.() ? "persisted" : "fleeting");
  new BroadcastChannel(phone.CHANNEL).onmessage = ({ data }) => { if (!data.total) render(); };
  await render();
  queue.start();
}
