/* Adds and removes rows without a reload: presses the same button in the background and takes the table out of the
   answer, so keys, numbers and sums are always the server's. Without it the button submits the form as ever. */
import { alarm } from "./say.js";

const focusable = "input:not([type=hidden]), textarea, select";

const refocus = (section, before, added) => {
  if (added) {
    const rows = [...section.querySelectorAll("[data-row], .h-record")];
    (rows.find((row) => !before.ids.has(row.id)) ?? rows.at(-1))?.querySelector(focusable)?.focus();
    return;
  }
  const removes = section.querySelectorAll("[data-remove]");
  (removes[before.position] ?? section.querySelector("[data-add]") ?? removes[removes.length - 1])?.focus();
};

const press = async (form, button) => {
  const name = button.closest("[data-rows]").dataset.rows;
  const section = document.querySelector(`[data-rows="${CSS.escape(name)}"]`);
  const before = {
    ids: new Set([...section.querySelectorAll("[data-row], .h-record")].map((row) => row.id)),
    position: [...section.querySelectorAll("[data-remove]")].indexOf(button),
  };
  const body = new FormData(form);
  body.append(button.name, button.value);
  const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(`[data-rows="${CSS.escape(name)}"]`);
  if (!fresh) throw new Error("no such table in the answer");
  section.replaceWith(fresh);
  for (const field of ["version", "idempotency_key"]) {
    const value = page.querySelector(`main form [name="${field}"]`)?.value;
    if (value && form.elements[field]) form.elements[field].value = value;
  }
  form.dispatchEvent(new CustomEvent("hejnal:rows"));
  refocus(fresh, before, button.hasAttribute("data-add"));
};

document.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-rows] [data-add], [data-rows] [data-remove]") || event.defaultPrevented) return;
  event.preventDefault();
  const form = event.target;
  if (form.dataset.pressed) return;
  form.dataset.pressed = "yes";
  try {
    await press(form, button);
    delete form.dataset.pressed;
  } catch (fault) {
    delete form.dataset.pressed;
    alarm(button.textContent);
    // The plain way: the server's own answer says what is wrong and keeps what was typed.
    const carried = document.createElement("input");
    Object.assign(carried, { type: "hidden", name: button.name, value: button.value });
    form.append(carried);
    form.submit();
  }
});
