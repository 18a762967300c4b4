/* A second press sends nothing: form[data-submit-once], with the words of the meantime in data-busy ("Submitting…").
   The idempotency key in the form guards what this cannot see. Coming back with the back button makes it fresh. */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-submit-once") || event.submitter?.matches("[data-add], [data-remove]")) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button[type=submit]");
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  if (!form.dataset.busy) return;
  button.dataset.label = button.textContent;
  button.textContent = form.dataset.busy;
});

addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[aria-disabled]").forEach((button) => {
      button.removeAttribute("aria-disabled");
      if (button.dataset.label) button.textContent = button.dataset.label;
    });
  });
});
