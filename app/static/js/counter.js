/* "Characters left: 240" under a long text, counted as the server does: a line break is one character.
   Typing beyond is allowed and marked; nothing is cut. Spoken at 50, 20 and 0. */
import { say } from "./say.js";

const MARKS = [50, 20, 0];

const count = (line, field, speak) => {
  const left = Number(line.dataset.most) - [...field.value.replace(/\r\n/g, "\n")].length;
  line.dataset.state = left < 0 ? "over" : "";
  line.textContent = `${left < 0 ? line.dataset.over : line.dataset.left} ${Math.abs(left)}`;
  if (speak && MARKS.includes(left)) say(line.textContent);
};

const start = () => document.querySelectorAll("[data-count-for]").forEach((line) => {
  const field = document.getElementById(line.dataset.countFor);
  if (!field || line.dataset.counting) return;
  line.dataset.counting = "yes";
  count(line, field, false);
  field.addEventListener("input", () => count(line, field, true));
});

start();
document.addEventListener("hejnal:rows", start, true);
