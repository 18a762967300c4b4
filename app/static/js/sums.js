/* Live totals in grosze for tables marked data-sums (macro paper_table): a row multiplies its [data-factor] cells into
   output[data-product], a column of products adds up in output[data-total]. Also output[data-sum-of="<name prefix>"]
   adds the amounts of the named inputs. Only a preview: the server's sums are the true ones and come with each save. */
import { say } from "./say.js";

const PAUSE = 300;
const SPEAK = 1500;
const zl = new Intl.NumberFormat("pl-PL", { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: "always" });

/* "1 234,50" → thousandths as BigInt, or null when it is not a plain number with at most three decimals. */
const read = (text) => {
  const plain = text.replace(/[\s\u00a0\u202f\u2009]/g, "").replace(/zł$/, "").replace(".", ",");
  const found = /^(\d{1,12})(?:,(\d{1,3}))?$/.exec(plain);
  return found && BigInt(found[1]) * 1000n + BigInt((found[2] ?? "").padEnd(3, "0"));
};

/* Grosze as the server prints them. */
const show = (grosze) => {
  const parts = zl.formatToParts(grosze / 100n);
  const whole = parts.filter((part) => part.type === "integer" || part.type === "group").map((part) => part.value).join("");
  return `${whole},${String(grosze % 100n).padStart(2, "0")}`;
};

/* Thousandths multiplied into grosze, half up. */
const product = (factors) => {
  let value = 1n;
  for (const factor of factors) value *= factor;
  const unit = 10n ** BigInt(3 * factors.length - 2);
  return (value + unit / 2n) / unit;
};

const control = (cell) => cell.querySelector("input, output, .h-value");
const text = (element) => element?.value ?? element?.textContent ?? "";

const row = (line) => {
  const out = line.querySelector("[data-product]");
  const factors = [...line.querySelectorAll("[data-factor]")].map((cell) => read(text(control(cell))));
  if (!out || !factors.length) return 0n;
  const value = factors.every((factor) => factor !== null) ? product(factors) : null;
  out.textContent = value === null ? "–" : show(value);
  return value ?? 0n;
};

const table = (element) => {
  let sum = 0n;
  const lines = [...element.querySelectorAll("tbody [data-row]")];
  if (!element.querySelector("[data-product]")) return;
  for (const line of lines) sum += row(line);
  for (const out of element.querySelectorAll("[data-total]")) out.textContent = show(sum);
};

const named = (out) => {
  let sum = 0n;
  for (const input of document.querySelectorAll(`input[name^="${CSS.escape(out.dataset.sumOf)}"]`)) sum += read(input.value) ?? 0n;
  out.textContent = show(sum / 10n);
};

let speaking;
const all = () => {
  document.querySelectorAll("table[data-sums]").forEach(table);
  document.querySelectorAll("output[data-sum-of]").forEach(named);
  clearTimeout(speaking);
  const total = document.querySelector("[data-total][data-said]");
  if (total) speaking = setTimeout(() => say(`${total.dataset.said} ${total.textContent}`), SPEAK);
};

let waiting;
document.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(all, PAUSE); });

/* An amount is written out when its field is left, if it was understood: 1234,5 → 1 234,50. In the capture phase, so
   that autosave.js, which saves at the same event, sends the text that the button will send too. */
document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || !("money" in input.dataset)) return;
  const value = read(input.value);
  if (value !== null && value % 10n === 0n) input.value = show(value / 10n);
}, true);
