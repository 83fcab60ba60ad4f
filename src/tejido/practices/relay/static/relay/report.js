// The report's page: shows the transcript as it grows, plays the line that is being corrected, and saves it in place.
const box = document.querySelector("[data-progress]");
const audio = document.querySelector("audio");

async function poll() {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    const found = await answer.json();
    if (found.step !== "transcribing") return location.reload();
    const bar = box.querySelector("progress");
    bar.value = found.percent;
    bar.previousElementSibling?.replaceChildren(`${found.percent} %`);
    const heard = box.querySelector("[data-heard]");
    for (const text of found.segments.slice(heard.children.length)) {
      const line = document.createElement("p");
      line.textContent = text;
      heard.append(line);
    }
  } catch { /* the line is bad: try again */ }
  setTimeout(poll, 2000);
}
if (box) poll();

let until = null;
audio?.addEventListener("timeupdate", () => {
  if (until !== null && audio.currentTime >= until) { audio.pause(); until = null; }
});

for (const form of document.querySelectorAll("[data-correct]")) {
  const field = form.elements.text;
  const { from, to } = form.dataset;
  if (audio && from !== undefined) {
    field.addEventListener("focus", () => {
      audio.currentTime = from / 1000;
      until = to / 1000;
      audio.play().catch(() => {});
    });
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.classList.remove("saved");
    form.querySelector("[role=status]").textContent = "";
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
      });
      if (!answer.ok) return form.submit(); // the page with both texts, or with what is wrong
      const saved = await answer.json();
      form.elements.base.value = saved.base;
      form.elements.settles?.remove();
      form.classList.add("saved");
      form.querySelector("[role=status]").textContent = form.closest("[data-saved]").dataset.saved;
      form.querySelector(".tag")?.remove();
      form.querySelector("button").focus();
    } catch { form.submit(); }
  });
}
