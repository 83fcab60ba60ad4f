// A form's fields as a draft keeps them, and back again.
const OURS = new Set(["csrfmiddlewaretoken", "command", "recording", "parts"]);

export const read = (form) =>
  [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OURS.has(name));

// What the chosen options are called, for a page that has only the draft.
export function labels(form) {
  const found = {};
  for (const one of form.querySelectorAll("select[name]")) found[one.name] = one.selectedOptions[0]?.text ?? "";
  for (const one of form.querySelectorAll("[type=radio]:checked")) found[one.name] = one.labels[0]?.textContent.trim() ?? "";
  return found;
}

export function write(form, fields) {
  for (const one of form.elements) {
    if (!one.name || OURS.has(one.name) || one.type === "file") continue;
    const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "checkbox" || one.type === "radio") one.checked = values.includes(one.value);
    else if (values.length) one.value = values[0];
  }
}

// Errors of the node, each at its field; the first gets the focus. What belongs to no field is returned.
export function blame(form, errors) {
  form.querySelectorAll("[data-blame]").forEach((one) => one.remove());
  const general = [];
  for (const [name, texts] of Object.entries(errors).reverse()) {
    const one = [form.elements[name]].flat()[0], field = (one?.length && !one.closest ? one[0] : one)?.closest(".field");
    if (!field) { general.push(...texts); continue; }
    const text = document.createElement("p");
    Object.assign(text, { className: "error", textContent: texts.join(" ") });
    text.dataset.blame = "";
    field.classList.add("has-error");
    (field.querySelector("input:not([type=hidden]), select, textarea") ?? field).focus();
    field.prepend(text);
  }
  return general.join(" ");
}
