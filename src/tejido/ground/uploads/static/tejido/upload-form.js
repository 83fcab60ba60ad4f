// A file chosen in `<form data-upload="PURPOSE">` goes in pieces that survive a bad line, with a bar beside it.
// Without scripts the form sends it whole.
const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

function show(box, at, size, waiting) {
  box.hidden = false;
  box.querySelector("progress").value = size ? at / size : 0;
  const words = waiting ? box.dataset.waiting : at < size ? box.dataset.sending : box.dataset.finishing;
  const line = box.querySelector("p"), text = `${words} ${percent.format(size ? at / size : 0)}`;
  if (line.textContent !== text) line.textContent = text;
}

function say(box, text) {
  const line = document.createElement("p");
  line.className = "error";
  line.dataset.said = "";
  line.setAttribute("role", "alert");
  line.textContent = text;
  box.append(line);
  return line;
}

function complain(form, problem) {
  const file = [413, 422].includes(problem.status) && form.querySelector("input[type=file]"); // what was sent is at fault
  const errors = Object.entries(problem.errors ?? (file ? { [file.name]: [problem.message] } : {}));
  const lines = errors.map(([name, found]) => {
    const named = form.elements.namedItem(name), field = named?.[0]?.closest ? named[0] : named;
    const box = field?.closest?.(".field");
    box?.classList.add("has-error");
    return say(box ?? form, found.join(" "));
  });
  (lines[0] ?? say(form, problem.message)).scrollIntoView({ block: "center" });
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", async (event) => {
    const file = form.querySelector("input[type=file]")?.files[0];
    if (event.defaultPrevented || !file) return;
    event.preventDefault();
    const box = form.querySelector("[data-sending]"), button = form.querySelector("button.main");
    for (const line of form.querySelectorAll("[data-said]")) {
      line.parentElement.classList.remove("has-error");
      line.remove();
    }
    button.disabled = true;
    show(box, 0, file.size);
    try {
      const { send, fields } = await import("./upload.js");
      const metadata = { purpose: form.dataset.upload, form: fields(form), type: file.type, command: form.elements.command?.value };
      const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      const done = await send(file, { metadata, headers, progress: (...at) => show(box, ...at) });
      location.assign(done.url);
    } catch (problem) {
      box.hidden = true;
      button.disabled = false;
      complain(form, problem);
    }
  });
}
