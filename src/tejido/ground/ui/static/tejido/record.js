// The recorder in a form. What is recorded goes to the phone second by second (phone.js), and from there to the node (queue.js).
import * as fields from "./fields.js";
import { player, save } from "./listen.js";
import * as phone from "./phone.js";
import { Take, awake, meter, microphone, silence } from "./sound.js";
import { from, length, pick, say, time } from "./words.js";

const QUIET = 0.002, QUIET_MS = 5000, TEST_MS = 3000, TICK_MS = 200;
const DENIED = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "absent" };
const LABELS = { idle: "record", error: "record", recording: "stop", paused: "stop", processing: "record", testing: "record" };
const lockOf = (id) => `tejido-recording-${id}`;

// Whether a page that still lives is recording it.
export async function live({ id, changed }) {
  if (!navigator.locks) return Date.now() - changed < 4000;
  return (await navigator.locks.query()).held.some(({ name }) => name === lockOf(id));
}

// Done when the page that recorded it has ended, or has gone.
export const over = ({ id }) => navigator.locks ? navigator.locks.request(lockOf(id), () => {}) : new Promise((done) => setTimeout(done, 4000));

export class Recorder {
  constructor(form, file) {
    Object.assign(this, { form, file, box: from("data-recorder-panel"), takes: [], used: null, take: null });
    this.alone = form.hasAttribute("data-shell"); // a page that may be without a line: no form to send goes from here
    this.limit = (form.dataset.minutes * 60 || +this.box.dataset.longest) * 1000;
    this.nearly = this.limit - this.box.dataset.last * 1000;
    this.place = form.dataset.purpose ? {
      purpose: form.dataset.purpose, action: new URL(form.action).pathname, title: form.dataset.title ?? "",
      answer: form.dataset.answer ?? "",
    } : null;
    this.owner = form.dataset.owner ?? "";
    this.at = pick(this.box);
    this.at("limit").textContent = length(this.limit);
    this.box.addEventListener("click", (event) => this.pressed(event));
    form.addEventListener("submit", (event) => this.submitted(event));
    form.addEventListener("change", () => this.remember());
    for (const name of ["pagehide", "visibilitychange", "freeze"]) addEventListener(name, () => this.take?.flush());
    file.before(this.box);
    this.set("idle");
  }

  // Shows what is on this phone for this form.
  async open() {
    try { await this.greet(); } catch { this.set("error"); this.warn("closed"); }
    this.at("do=record").focus({ preventScroll: true });
  }

  async greet() {
    await this.list(this.only);
    if (!this.used?.parts.length) return;
    this.say("still", this.said(this.used));
    fields.write(this.form, this.used.form?.fields ?? this.used.fields ?? []);
    if (this.used.error) this.refused(this.used.error);
  }

  async list(use) {
    const mine = [];
    for (const one of (await phone.all()).filter((found) => this.fits(found))) {
      if (!await live(one)) mine.push(one);
      else over(one).then(() => this.take || this.greet());
    }
    for (const one of mine.filter(({ state }) => state === "recording")) {
      if (one.parts.length || one.prepared) await phone.change(one.id, { state: "draft" });
      else await phone.remove(one.id); // it ended before its first second
    }
    this.takes = mine.filter(({ parts, prepared }) => parts.length || prepared);
    this.use(this.takes.find(({ id }) => id === use) ?? this.takes.findLast(({ parts }) => parts.length) ?? this.takes.at(-1) ?? null);
  }

  // Drafts of this form, and those without a place yet.
  fits({ state, form, owner }) {
    if (!["draft", "recording", "refused"].includes(state) || (owner && owner !== this.owner)) return false;
    return form && this.place ? form.action === this.place.action : !form;
  }

  use(recording) {
    this.used = recording;
    const shown = this.takes.filter(({ parts }) => parts.length);
    this.at("takes").replaceChildren(...shown.map((one) => this.row(one, shown.length > 1)));
    this.clock(recording ? phone.length(recording) : 0);
    this.set(this.state);
  }

  row(recording, several) {
    const row = from("data-recorder-take"), at = pick(row), used = recording.id === this.used?.id;
    at("name").textContent = say("name", this.said(recording));
    at("used").hidden = !(several && used);
    at("do=use").hidden = !(several && !used);
    at("do=go-on").hidden = phone.length(recording) >= this.limit;
    row.dataset.id = recording.id;
    return row;
  }

  said = (recording) => ({ length: length(phone.length(recording)), time: time(recording.made) });

  set(state) {
    this.state = this.box.dataset.state = state;
    const running = state === "recording" || state === "paused";
    const record = this.at("do=record"), pause = this.at("do=pause");
    this.at("doing").textContent = say(state);
    const label = LABELS[state];
    record.textContent = say(label === "record" && this.used?.parts.length ? "another" : label);
    record.setAttribute("aria-pressed", running);
    pause.hidden = !running;
    pause.textContent = say(state === "paused" ? "resume" : "pause");
    pause.setAttribute("aria-pressed", state === "paused");
    this.at("do=test").hidden = running;
    this.at("takes").hidden = running;
    this.file.hidden = this.alone || running || !!this.used?.parts.length;
    if (this.file.hidden) this.file.value = "";
    for (const one of this.box.querySelectorAll("button")) one.disabled = state === "processing" || state === "testing";
  }

  say(name, values) {
    const box = this.at("say"), text = name ? say(name, values) : "";
    if (box.textContent !== text) box.textContent = text;
  }

  warn(name, values) {
    const box = this.at("warn");
    if (box.dataset.name === (name ?? "") && !values) return;
    box.dataset.name = name ?? "";
    box.hidden = !name;
    box.textContent = name ? say(name, values) : "";
  }

  clock(ms) { this.at("clock").textContent = length(ms); }

  async pressed(event) {
    const name = event.target.closest("[data-do]")?.dataset.do, id = event.target.closest("[data-id]")?.dataset.id;
    const recording = this.takes.find((one) => one.id === id);
    if (name === "record") await (this.take ? this.stop() : this.record());
    else if (name === "pause") this.pause();
    else if (name === "test") await this.test();
    else if (name === "listen") event.target.closest("li").querySelector("[data-sound]").replaceChildren(await player(recording));
    else if (name === "go-on") await this.goOn(recording);
    else if (name === "again") { await this.begin(this.fresh({ replaces: recording.replaces ?? recording.id })); this.say("again"); }
    else if (name === "use") { await this.remember(); this.use(recording); fields.write(this.form, recording.form?.fields ?? recording.fields ?? []); }
    else if (name === "save" && confirm(say("file"))) await save(recording);
    else if (name === "delete" && confirm(say("sure"))) { await phone.remove(id); await this.list(); this.at("do=record").focus(); }
  }

  // The form as it stands, at the place it belongs to.
  filled() {
    const found = fields.read(this.form);
    return this.place ? { form: { ...this.place, fields: found, labels: { ...this.place.labels, ...fields.labels(this.form) } } } : { fields: found };
  }

  fresh(more) { return phone.blank({ owner: this.owner, ...this.filled(), ...more }); }

  async remember() {
    if (this.used) Object.assign(this.used, await phone.change(this.used.id, this.filled()) ?? {});
  }

  async prepare() {
    if (!this.used) { await phone.put(this.fresh({ prepared: true })); await this.list(); }
    this.say("prepared");
  }

  // A new recording. Whoever spoke before was asked for themselves: another recording begins with an empty form.
  async record() {
    if (this.used?.parts.length) {
      await this.remember();
      this.form.reset();
      return this.begin(this.fresh());
    }
    return this.begin(this.used ? { ...this.used, ...this.filled() } : this.fresh());
  }

  async goOn(recording) {
    if (phone.length(recording) >= this.limit) return this.warn("full-length");
    this.use(recording);
    return this.begin(recording);
  }

  async begin(recording) {
    this.set("processing");
    this.clock(phone.length(recording));
    this.warn();
    let stream;
    try {
      stream = await microphone();
      await phone.put({ ...recording, state: "recording", made: recording.parts.length ? recording.made : Date.now(), changed: Date.now() });
    } catch (error) {
      if (stream) silence(stream);
      return this.fail(stream ? "closed" : DENIED[error.name] ?? "broken");
    }
    navigator.storage?.persist?.();
    const ended = new Promise((done) => { this.unlock = done; }); // may come before the lock is granted
    const released = navigator.locks?.request(lockOf(recording.id), () => ended);
    try {
      this.run(stream, recording);
    } catch {
      silence(stream);
      this.take = null;
      this.end?.();
      this.unlock?.();
      await released; // as long as it is held, the list takes the recording for one that goes on
      await this.list(recording.id);
      this.fail("broken");
    }
  }

  run(stream, recording) {
    const part = recording.parts.length;
    this.used = recording;
    this.before = phone.length(recording);
    this.clock(this.before);
    this.announced = this.before >= this.nearly;
    this.take = new Take(stream, {
      slice: (blob, ms, type) => phone.keep(recording.id, part, type, ms, blob),
      muted: () => this.warn("muted"), unmuted: () => this.warn(), ended: () => this.stop("ended"),
      failed: (error) => this.stop(error?.name === "QuotaExceededError" ? "full" : "broken"),
    });
    this.quiet = null;
    const stops = [meter(stream, (level) => this.hear(level)), awake()], timer = setInterval(() => this.tick(), TICK_MS);
    this.end = () => { clearInterval(timer); stops.forEach((stop) => stop()); this.unlock?.(); this.unlock = null; };
    this.take.start();
    this.set("recording");
    this.say("began");
    this.at("do=record").focus({ preventScroll: true });
  }

  tick() {
    const ms = this.before + this.take.ms;
    this.clock(Math.min(ms, this.limit));
    if (ms >= this.limit) this.stop("over");
    else if (ms >= this.nearly && !this.announced) { this.announced = true; this.say("nearly"); }
  }

  hear(level) {
    const bar = this.at("level"), now = performance.now();
    bar.hidden = false;
    bar.value = Math.max(0, 1 + Math.log10(level + 1e-6) / 3); // decibels: -60 is empty, 0 is full
    if (this.state !== "recording" || level > QUIET) {
      this.quiet = now;
      if (this.at("warn").dataset.name === "silent") this.warn();
    } else if (now - (this.quiet ??= now) > QUIET_MS && this.at("warn").hidden) this.warn("silent");
  }

  pause() {
    if (this.state === "paused") { this.take.resume(); this.set("recording"); this.say("began"); }
    else { this.take.pause(); this.set("paused"); this.say(); }
  }

  async stop(why) {
    const { take, used } = this;
    if (!take) return;
    this.take = null;
    this.end();
    this.set("processing");
    await take.stop().catch(() => {});
    this.at("level").hidden = true;
    await phone.change(used.id, { state: "draft" }).catch(() => {});
    await this.list(used.id).catch(() => {});
    this.set("idle");
    this.warn(why === "over" ? undefined : why);
    this.say(why === "over" ? "over" : "stopped");
    if (document.activeElement === document.body) this.at("do=record").focus({ preventScroll: true });
  }

  fail(why) {
    this.set("error");
    this.warn(why);
    this.say();
  }

  // Three seconds that are kept nowhere, to be heard at once.
  async test() {
    this.set("testing");
    this.warn();
    try {
      const stream = await microphone(), slices = [];
      let loudest = null;
      const stop = meter(stream, (level) => { loudest = Math.max(loudest ?? 0, level); this.hear(level); });
      const take = new Take(stream, { slice: async (blob) => slices.push(blob), failed: () => {}, muted: () => {}, unmuted: () => {}, ended: () => {} });
      take.start();
      await new Promise((done) => setTimeout(done, TEST_MS));
      await take.stop();
      stop();
      this.at("level").hidden = true;
      this.set("idle");
      if (loudest !== null && loudest <= QUIET) return this.warn("mute");
      this.say("loud");
      new Audio(URL.createObjectURL(new Blob(slices, { type: slices[0]?.type }))).play().catch(() => {});
    } catch (error) { this.fail(DENIED[error.name] ?? "broken"); }
  }

  async submitted(event) {
    if (this.take) { event.preventDefault(); await this.stop(); return this.say("stopfirst"); }
    if (!this.used?.parts.length && !this.alone) return;
    event.preventDefault();
    if (!this.used?.parts.length) return this.warn("nothing");
    if (this.state !== "idle" && this.state !== "error") return;
    await this.remember();
    if (!this.place) return this.say("placeless");
    const { id, replaces } = this.used, root = replaces ?? id;
    await phone.change(id, { ...this.filled(), state: "waiting", owner: this.owner || this.used.owner, error: null });
    for (const one of this.takes) if (one.id !== id && (one.id === root || one.replaces === root)) await phone.remove(one.id);
    await this.send(id);
  }

  async send(id) {
    const bar = this.at("going"), { send } = await import("./queue.js");
    this.set("processing");
    this.say("sending");
    bar.hidden = false;
    const result = await send(id, (done, total, waits) => {
      Object.assign(bar, { value: done, max: total });
      this.say(waits ? "waiting" : "sending");
    });
    bar.hidden = true;
    this.set("idle");
    if (result.url) return location.assign(result.url);
    if (result.state === "refused") { await this.list(id); return this.refused(result.error); }
    await this.list();
    this.say(result.state);
  }

  refused({ text, fields: errors = {} }) {
    this.say();
    const general = fields.blame(this.form, errors);
    this.warn("refused", { text: general || text });
  }
}
