// Before signing out: whoever has a recording on this phone decides what becomes of it.
import * as phone from "./phone.js";
import { length, pick, say, time } from "./words.js";

const words = (one) => one.state === "sent"
  ? [say("sent"), time(one.made)]
  : [one.form?.title, say("name", { length: length(phone.length(one)), time: time(one.made) }), say("draft")];

export async function ask() {
  const found = await phone.all();
  if (!found.length) return;
  const at = pick(document.querySelector("[data-phone=leaving]"));
  at("plain").hidden = true;
  at("held").hidden = false;
  at("rows").replaceChildren(...found.map((one) => Object.assign(document.createElement("li"), {
    textContent: words(one).filter(Boolean).join(" · "),
  })));
}
