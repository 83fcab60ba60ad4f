// The microphone: one stretch of sound in slices of a second, its level, and what can go wrong while it runs.
const SLICE_MS = 1000, LEVEL_MS = 100, BITS = 32_000, BITS_AAC = 64_000;
const TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus", "audio/mp4"];

// Safari claims WebM from 18.4 on, but neither length nor playback are right there: MP4 first.
export function typeFor(supported = (type) => MediaRecorder.isTypeSupported(type), vendor = navigator.vendor) {
  const order = /apple/i.test(vendor) ? ["audio/mp4", ...TYPES] : TYPES;
  return order.find(supported) ?? "";
}

// Loudness for levelling is the server's; noise stays, it belongs to the place.
export const microphone = () => navigator.mediaDevices.getUserMedia({
  audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true },
});

export const silence = (stream) => stream.getTracks().forEach((track) => track.stop());

// Calls `heard(level)` ten times a second, root mean square from 0 to 1. Without WebAudio nothing is called.
export function meter(stream, heard) {
  const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
  if (!Context) return () => {};
  const context = new Context(), analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state !== "running") return context.resume?.();
    analyser.getFloatTimeDomainData(samples);
    heard(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
  }, LEVEL_MS);
  return () => { clearInterval(timer); context.close(); };
}

// One stretch. `on`: slice(blob, ms, type) → promise, ended(), muted(), unmuted(), failed(error).
export class Take {
  constructor(stream, on) {
    const type = typeFor();
    this.recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: /mp4/.test(type) ? BITS_AAC : BITS });
    this.stream = stream;
    this.spent = 0;
    this.since = null;
    this.kept = Promise.resolve();
    this.recorder.ondataavailable = ({ data }) => {
      if (!data.size) return;
      const ms = this.ms, got = this.recorder.mimeType || data.type || type;
      this.kept = this.kept.then(() => on.slice(data, ms, got));
      this.kept.catch(on.failed);
    };
    this.ended = new Promise((done) => { this.recorder.onstop = done; });
    this.recorder.onerror = ({ error }) => on.failed(error);
    const [track] = stream.getAudioTracks();
    track.onmute = on.muted;
    track.onunmute = on.unmuted;
    track.onended = on.ended;
  }

  get ms() { return Math.round(this.spent + (this.since === null ? 0 : performance.now() - this.since)); }

  start() {
    this.recorder.start(SLICE_MS);
    this.since = performance.now();
  }

  pause() {
    this.spent = this.ms;
    this.since = null;
    this.recorder.pause();
    this.recorder.requestData();
  }

  resume() {
    this.recorder.resume();
    this.since = performance.now();
  }

  flush() { if (this.recorder.state !== "inactive") this.recorder.requestData(); }

  // Everything is on the disk when this is done.
  async stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop(); // it stops by itself where the microphone ends
    await this.ended;
    this.spent = this.ms;
    this.since = null;
    silence(this.stream);
    await this.kept;
  }
}

// Keeps the screen on where the browser can; a lock is lost when the page is hidden, and taken again when it is back.
export function awake() {
  let lock = null, over = false;
  const take = async () => {
    if (document.visibilityState !== "visible" || over) return;
    try { lock = await navigator.wakeLock?.request("screen"); } catch { /* the battery is low */ }
    if (over) lock?.release();
  };
  document.addEventListener("visibilitychange", take);
  take();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", take);
    lock?.release();
  };
}
