// What recording needs is loaded only when somebody records, or when something waits on this phone.
import { say } from "./words.js";

const canKeep = () => isSecureContext && "indexedDB" in window && "randomUUID" in crypto;
const canRecord = () => canKeep() && navigator.mediaDevices?.getUserMedia && "MediaRecorder" in window;

// Buttons in front of the field for a file: `[words, press]` each.
function offer(file, ...buttons) {
  const row = document.createElement("p");
  row.className = "row";
  for (const [name, press] of buttons) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: say(name) });
    made.addEventListener("click", press);
    row.append(made);
  }
  file.before(row);
  return row;
}

// Where browsers refuse the microphone (plain HTTP in a local network), the phone's own recorder is asked for a file.
const capture = (file) => () => {
  const { accept } = file;
  file.setAttribute("capture", "");
  file.accept = "audio/*";
  file.click();
  file.removeAttribute("capture");
  file.accept = accept;
};

function enhance(form, held) {
  const file = form.querySelector("[type=file]");
  if (!canRecord()) return offer(file, ["capture", capture(file)]);
  let recorder = null;
  const open = async () => {
    const { Recorder } = await import("./record.js");
    row.remove();
    recorder ??= new Recorder(form, file);
    await recorder.open();
    return recorder;
  };
  const row = offer(file, ["here", async () => (await open()).record()], ["along", async () => (await open()).prepare()]);
  if (held) open();
}

// What was recorded earlier: sent where it waits; where its answer is open now, nothing of it is needed any more.
async function earlier(part) {
  const phone = await import("./phone.js"), lost = await phone.evicted();
  for (const { id, state, answer } of await phone.all()) if (state === "sent" && answer === location.pathname) await phone.remove(id);
  if (!part && (lost || (await phone.all()).length)) {
    document.querySelector("main").prepend(document.querySelector("template[data-waits]")?.content ?? "");
  }
  (await import("./queue.js")).start();
}

export async function boot(held) {
  const forms = document.querySelectorAll("form[data-recorder]:not([data-shell])"), part = document.querySelector("[data-phone]")?.dataset.phone;
  if (document.querySelector("template[data-recorder-panel]")) for (const form of forms) enhance(form, held);
  if (!canKeep()) return;
  if (part === "list") (await import("./waits.js")).show(canRecord());
  else if (part === "leaving") (await import("./leaving.js")).ask();
  else if (held) earlier(forms.length);
}
