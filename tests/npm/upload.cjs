// Drives tus-js-client: `node upload.cjs '{"file", "endpoint", "options", "stopAt", "storage", "terminate"}'`; prints what happened as JSON.
const { readFileSync } = require("node:fs");
const tus = require("tus-js-client");

const asked = JSON.parse(process.argv[2]);
const seen = { requests: [], errors: [], progress: 0, result: null, url: null, ended: null };
const end = (how) => { console.log(JSON.stringify({ ...seen, url: upload.url, ended: how })); process.exit(0); };

const upload = new tus.Upload(readFileSync(asked.file), {
  endpoint: asked.endpoint,
  retryDelays: [0, 200, 400, 800, 1000, 1000, 1000, 1000],
  ...asked.options,
  ...(asked.storage && { urlStorage: new tus.FileUrlStorage(asked.storage), fingerprint: async () => "one" }),
  onAfterResponse: (request, response) => {
    seen.requests.push([request.getMethod(), response.getStatus()]);
    seen.result = response.getHeader("Upload-Result") ?? seen.result;
  },
  onError: (error) => { seen.errors.push(String(error).slice(0, 300)); end("error"); },
  onProgress: (sent) => { seen.progress = sent; },
  onChunkComplete: async (size, accepted) => {
    if (asked.stopAt && accepted >= asked.stopAt) { await upload.abort(Boolean(asked.terminate)); end("stopped"); }
  },
  onSuccess: () => end("success"),
});

upload.findPreviousUploads().then((previous) => {
  if (asked.storage && previous.length) upload.resumeFromPreviousUpload(previous[0]);
  upload.start();
});
