// The transcript plays: a click on a time seeks, and the segment being heard is marked. Without this module the same links
// open the sound at that moment (media fragments).
for (const player of document.querySelectorAll(".player")) {
  const audio = player.querySelector("audio");
  const times = [...player.querySelectorAll("[data-from]")].map((link) => ({
    link, item: link.closest("li"), from: +link.dataset.from, to: +link.dataset.to,
  }));
  let stopAt = Infinity;

  const seek = (seconds, until = Infinity) => {
    audio.currentTime = seconds;
    stopAt = until;
    audio.play().catch(() => {});
  };

  player.addEventListener("click", (event) => {
    const time = times.find(({ link }) => link.contains(event.target));
    if (!time || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (time.item.hasAttribute("aria-current") && !audio.paused) audio.pause();
    else seek(time.from);
  });

  // A page that edits one segment asks for that segment alone: player.dispatchEvent(new CustomEvent("segment", {detail: {from, to}})).
  player.addEventListener("segment", ({ detail }) => seek(detail.from, detail.to));

  audio.addEventListener("timeupdate", () => {
    const now = audio.currentTime;
    if (now >= stopAt) { audio.pause(); stopAt = Infinity; }
    for (const { item, from, to } of times) {
      const heard = now >= from && now < to;
      if (heard !== item.hasAttribute("aria-current")) item.toggleAttribute("aria-current", heard);
      if (heard) item.setAttribute("aria-current", "true");
    }
  });
}
