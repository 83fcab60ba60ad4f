// The service worker keeps static files and public pages for when the line is down; what was recorded waits on the phone
// and is sent from any page. Everything works without this.
const worker = (kind, options) => navigator.serviceWorker.register(`/sw.js?${kind}lang=${document.documentElement.lang}`, options);
if ("serviceWorker" in navigator) {
  const sending = "SyncManager" in window; // only there can a worker send by itself; it needs modules for that
  worker(sending ? "module&" : "", { type: sending ? "module" : "classic", updateViaCache: "none" }).catch(() => {});
}

let held = null;
try { held = localStorage.getItem("tejido-holds"); } catch { /* not allowed here */ }
const part = document.querySelector("form[data-recorder], [data-phone]");
if (part || held) import("./recorder.js").then(({ boot }) => boot(held));
