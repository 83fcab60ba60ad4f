// The words of the recorder, from the page's templates, and how lengths and times are written in its language.
const found = {};
for (const one of document.querySelector("template[data-recorder-words]")?.content.children ?? []) found[one.dataset.w] = one.textContent;

export const say = (name, values = {}) => found[name].replace(/\[(\w+)\]/g, (_, key) => `\u2068${values[key]}\u2069`);

export function length(ms) {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function time(ms) {
  const { lang } = document.documentElement, made = new Date(ms);
  const today = made.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(lang, today ? { timeStyle: "short" } : { dateStyle: "medium", timeStyle: "short" }).format(made);
}

export const from = (name) => document.querySelector(`template[${name}]`).content.firstElementChild.cloneNode(true);

export const pick = (box) => (name) => box.querySelector(`[data-${name}]`);
