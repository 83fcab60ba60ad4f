// A service worker has no XMLHttpRequest: what upload.js needs of it, by fetch.
globalThis.XMLHttpRequest ??= class {
  upload = {};
  sent = {};
  status = 0;
  responseText = "";
  stop = new AbortController();

  open(method, url) { Object.assign(this, { method, url }); }

  setRequestHeader(name, value) { this.sent[name] = value; }

  getResponseHeader(name) { return this.answer?.headers.get(name) ?? null; }

  abort() { this.stop.abort(); }

  async send(body) {
    try {
      this.answer = await fetch(this.url, { method: this.method, headers: this.sent, body, signal: this.stop.signal });
      this.responseText = await this.answer.text();
      this.status = this.answer.status;
    } catch { /* no line: status 0, as there */ }
    this.onloadend();
  }
};
