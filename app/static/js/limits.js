/* The limits of a small grant beside what is typed: [data-limits="<url>"] is counted anew by the server when typing rests,
   from the fields of the form around it. Nothing is saved and no field is touched, so autosave.js goes its own way.
   An answer that another question has overtaken is dropped. */
import { say } from "./say.js";

const PAUSE = 300;

class Meter {
  constructor(card, form) {
    Object.assign(this, { card, form, region: card.querySelector("[data-region]"), asked: 0, waiting: 0 });
    this.known = this.picture();
    this.said = this.summary();
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("hejnal:rows", () => this.soon());
    document.addEventListener("hejnal:saved", () => { if (this.known === null) this.soon(); });
  }

  /* What is typed, without the stamps that change with every save. */
  picture() {
    const body = this.body();
    for (const name of ["version", "csrf_token", "idempotency_key"]) body.delete(name);
    return body.toString();
  }

  body() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    return body;
  }

  summary() {
    return this.region.querySelector("[data-summary]")?.textContent.trim() ?? "";
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const typed = this.picture();
    const number = ++this.asked;
    if (typed === this.known) return;
    try {
      const answer = await fetch(this.card.dataset.limits, {
        method: "POST", body: this.body(), credentials: "same-origin", redirect: "manual",
        headers: { "X-CSRFToken": this.form.elements.csrf_token?.value ?? "" },
      });
      const text = answer.ok ? await answer.text() : "";
      if (number !== this.asked) return;
      if (!text) throw new Error(String(answer.status));
      this.known = typed;
      this.show(text);
    } catch {
      if (number === this.asked) this.fail();
    }
  }

  show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    this.region.replaceChildren(...fresh.body.childNodes);
    const words = this.summary();
    if (words !== this.said) say(words);
    this.said = words;
  }

  /* Old figures would be wrong beside new amounts, so they go. */
  fail() {
    this.known = null;
    this.region.textContent = this.card.dataset.failed;
  }
}

const card = document.querySelector("[data-limits]");
const form = card?.closest("form");
if (form) new Meter(card, form);
