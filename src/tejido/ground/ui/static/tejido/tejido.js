// The service worker keeps static files and public pages for when the line is down. Everything works without it.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
