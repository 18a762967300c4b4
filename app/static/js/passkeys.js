/* Passkeys. form[data-passkey="make" or "use"] holds in data-options what the server asks for, as JSON; its button
   [data-passkey-button] is hidden until the browser is known to have passkeys. The answer travels in the form's field
   `passkey`. data-failed is said when the person breaks off or the browser refuses. */
import { alarm } from "./say.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function asked(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = named(options.allowCredentials);
  return { publicKey: read };
}

function answered(credential) {
  const said = credential.response;
  const response = { clientDataJSON: text(said.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (said[name]) response[name] = text(said[name]);
  }
  if (said.getTransports) response.transports = said.getTransports();
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function run(form, button) {
  const options = asked(JSON.parse(form.dataset.options));
  const said = form.querySelector("[data-passkey-said]");
  said.textContent = "";
  try {
    const credential = form.dataset.passkey === "make"
      ? await navigator.credentials.create(options) : await navigator.credentials.get(options);
    form.elements.passkey.value = answered(credential);
    form.requestSubmit();
  } catch {
    said.textContent = "▲ " + form.dataset.failed;
    alarm(form.dataset.failed);
    button.focus();
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-button]");
  if (!window.PublicKeyCredential || !button) continue;
  form.hidden = button.hidden = false;
  button.addEventListener("click", () => run(form, button));
}
