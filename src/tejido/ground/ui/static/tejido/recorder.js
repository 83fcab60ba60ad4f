// What recording needs is loaded only when somebody records, or when something waits on this phone.
import { say } from "./words.js";

const canKeep = () => isSecureContext && "indexedDB" in window && "randomUUID" in crypto;
const canRecord = () => canKeep() && navigator.mediaDevices?.getUserMedia && "MediaRecorder" in window;

function button(form, file, words, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button", textContent: words });
  made.dataset.recorderOpen = "";
  made.addEventListener("click", press);
  file.before(made);
  return made;
}

// Where browsers refuse the microphone (plain HTTP in a local network), the phone's own recorder is asked for a file.
function phones(form, file) {
  button(form, file, say("capture"), () => {
    const { accept } = file;
    file.setAttribute("capture", "");
    file.accept = "audio/*";
    file.click();
    file.removeAttribute("capture");
    file.accept = accept;
  });
}

function enhance(form, held) {
  const file = form.querySelector("[type=file]");
  if (!canRecord()) return phones(form, file);
  const open = async (begin) => {
    const { Recorder } = await import("./record.js");
    opener.remove();
    const recorder = new Recorder(form, file);
    await recorder.open();
    if (begin) recorder.record();
  };
  const opener = button(form, file, say("here"), () => open(true));
  if (held) open(false);
}

export async function boot(held) {
  for (const form of document.querySelectorAll("form[data-recorder]:not([data-shell])")) enhance(form, held);
  if (!canKeep()) return;
  if (document.querySelector("[data-phone=list]")) (await import("./waits.js")).show(canRecord());
  else if (document.querySelector("[data-phone=leaving]")) return (await import("./leaving.js")).ask();
  if (!held) return;
  document.querySelector("main").prepend(document.querySelector("template[data-waits]")?.content ?? "");
  (await import("./queue.js")).start();
}
