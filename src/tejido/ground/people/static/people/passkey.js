// Passkeys: what the server asks for goes to the browser's own dialog, and its answer into the form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (all) => all?.map((one) => ({ ...one, id: bytes(one.id) }));

function read(options) {
  const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  if (key.excludeCredentials) key.excludeCredentials = listed(key.excludeCredentials);
  if (key.allowCredentials) key.allowCredentials = listed(key.allowCredentials);
  return key;
}

function written(found) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (found.response[name]) response[name] = text(found.response[name]);
  if (found.response.getTransports) response.transports = found.response.getTransports();
  return {
    id: found.id, rawId: text(found.rawId), type: found.type, response,
    authenticatorAttachment: found.authenticatorAttachment ?? undefined,
    clientExtensionResults: found.getClientExtensionResults(),
  };
}

async function asked(form) {
  const place = form.dataset.options;
  if (place) return (await (await fetch(place, { headers: { Accept: "application/json" } })).json()).request_options;
  const data = JSON.parse(document.getElementById("passkey").textContent);
  return data.creation_options ?? data.request_options;
}

async function hold(form) {
  const publicKey = read(await asked(form));
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey });
  const alone = form.elements.passwordless?.checked ?? false;
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged", requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  return navigator.credentials.create({ publicKey });
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = JSON.stringify(written(await hold(form)));
      form.submit();
    } catch {
      form.querySelector("[role=status]").textContent = form.dataset.failed;
    }
  });
}
