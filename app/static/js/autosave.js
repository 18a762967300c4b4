/* Saves a draft while it is written: form[data-autosave="<url>"], with #saved from the macro save_bar().
   The server answers {"saved_at": "14:03:27", "version": 8}; it saves what it can read and keeps the raw rest.
   Everything here can fail or be absent: the save button does the same. */
import { alarm, say } from "./say.js";

const QUIET = 2000;
const LONGEST = 15000;
const RETRY = 10000;
const SLOW = 600;
const KEEPALIVE_BYTES = 64000;

class Autosave {
  constructor(form, bar) {
    Object.assign(this, { form, bar, words: bar.dataset, sent: this.picture(form), busy: false, told: false, waiting: 0, since: 0 });
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.save());
    form.addEventListener("submit", (event) => {
      clearTimeout(this.waiting);
      this.stopped = !event.submitter?.matches("[data-add], [data-remove]");
    });
    form.addEventListener("hejnal:rows", () => { this.sent = this.picture(form); });
    addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.save(true); });
    document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) this.save(true); });
  }

  /* Everything that would be sent, as text; files go their own way. */
  picture(form) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    return body.toString();
  }

  soon() {
    const now = Date.now();
    this.since ||= now;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.save(), Math.max(0, Math.min(QUIET, this.since + LONGEST - now)));
  }

  async save(leaving = false) {
    clearTimeout(this.waiting);
    const body = this.picture(this.form);
    if (this.stopped || body === this.sent) return;
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    this.since = 0;
    const slow = setTimeout(() => this.show(this.words.saving), SLOW);
    try {
      const answer = await fetch(this.form.dataset.autosave, {
        method: "POST", body: new URLSearchParams(body), credentials: "same-origin", redirect: "manual",
        keepalive: leaving && body.length < KEEPALIVE_BYTES,
        headers: { Accept: "application/json", "X-CSRFToken": this.form.elements.csrf_token?.value ?? "" },
      });
      await this.read(answer, body);
    } catch {
      this.fail(navigator.onLine ? this.words.failed : this.words.offline, true);
    } finally {
      clearTimeout(slow);
      this.busy = false;
      if (this.again) { this.again = false; this.soon(); }
    }
  }

  async read(answer, body) {
    if (answer.status === 409) { this.stopped = true; this.fail(this.words.conflict); return; }
    if (answer.status === 400 && await this.renewed(answer)) return;
    if (answer.status === 401 || answer.status === 400 || answer.type === "opaqueredirect") { this.fail(this.words.expired, true); return; }
    if (!answer.ok) { this.fail(this.words.failed, true); return; }
    const said = await answer.json();
    document.dispatchEvent(new CustomEvent("hejnal:saved", { detail: said }));
    const before = body;
    if (said.version !== undefined && this.form.elements.version) this.form.elements.version.value = said.version;
    this.sent = this.picture(this.form) === before ? before : this.withVersion(before, said.version);
    this.show(this.words.saved.replace("{time}", said.saved_at), "ok");
    if (!this.told) say(this.bar.textContent);
    this.told = true;
  }

  /* The same person signed in again on another page: the answer brings the token of the new session. */
  async renewed(answer) {
    const said = await answer.json().catch(() => ({}));
    if (!said.csrf_token || !this.form.elements.csrf_token) return false;
    this.form.elements.csrf_token.value = said.csrf_token;
    this.again = true;
    return true;
  }

  /* What was sent, had it carried the version that came back: only the typing since then counts as unsaved. */
  withVersion(body, version) {
    const sent = new URLSearchParams(body);
    if (version !== undefined && sent.has("version")) sent.set("version", version);
    return sent.toString();
  }

  show(text, state = "") {
    this.bar.dataset.state = state;
    this.bar.textContent = (state === "ok" ? "✓ " : state === "bad" ? "▲ " : "") + text;
  }

  fail(text, retry = false) {
    this.show(text, "bad");
    alarm(text);
    if (retry) this.waiting = setTimeout(() => this.save(), RETRY);
  }
}

const form = document.querySelector("form[data-autosave]");
const bar = document.getElementById("saved");
if (form && bar?.dataset.saved) new Autosave(form, bar);
