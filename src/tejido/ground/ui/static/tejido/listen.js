// Listening to what lies on this phone: one player for all parts of a recording, one after the other.
import * as phone from "./phone.js";
import { say } from "./words.js";

export async function player(recording) {
  const parts = await phone.sound(recording), box = document.createElement("div"), audio = document.createElement("audio");
  const label = document.createElement("p");
  label.className = "quiet";
  let at = -1, url = "";
  const go = (number, play) => {
    URL.revokeObjectURL(url);
    if (number >= parts.length) number = 0, play = false;
    at = number;
    audio.src = url = URL.createObjectURL(parts[at]);
    label.textContent = parts.length > 1 ? say("part", { part: at + 1, parts: parts.length }) : "";
    if (play) audio.play().catch(() => {});
  };
  // What was written while it ran states no length; a jump behind the end makes the browser look for it.
  audio.addEventListener("loadedmetadata", () => {
    if (audio.duration !== Infinity) return;
    audio.addEventListener("durationchange", () => { audio.currentTime = 0; }, { once: true });
    audio.currentTime = 1e7;
  });
  audio.addEventListener("ended", () => { if (parts.length > 1) go(at + 1, true); });
  audio.controls = true;
  go(0, false);
  box.append(audio, label);
  return box;
}

const EXTENSIONS = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" };

// A name that says nothing; one file for each part.
export async function save(recording) {
  for (const [number, part] of (await phone.sound(recording)).entries()) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(part);
    link.download = `recording${number ? `-${number + 1}` : ""}.${EXTENSIONS[part.type.split(";")[0]] ?? "bin"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}
