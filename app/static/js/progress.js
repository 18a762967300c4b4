/* Follows a job: [data-job="/jobs/<id>.json"] with a <progress> or svg.h-bar and [data-job-text] inside.
   The server answers {"state": "waiting" | "running" | "done" | "failed", "done": 6200, "total": 10000, "text": "…"}.
   At the end the page is loaded again: the server prints the outcome. Without this the job page refreshes itself. */
import { say } from "./say.js";

const LONGEST = 600000;
const QUARTERS = [25, 50, 75];

class Job {
  constructor(box) {
    Object.assign(this, { box, begun: Date.now(), times: 0, spoken: 0 });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && this.asleep) this.ask(); });
    this.wait();
  }

  /* 1 s ten times, 2 s to one minute, then 5 s. */
  wait() {
    const age = Date.now() - this.begun;
    if (age > LONGEST) { this.text(this.box.dataset.late ?? ""); return; }
    setTimeout(() => this.ask(), this.times < 10 ? 1000 : age < 60000 ? 2000 : 5000);
  }

  async ask() {
    this.asleep = document.hidden;
    if (this.asleep) return;
    this.times += 1;
    try {
      const answer = await fetch(this.box.dataset.job, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 404) return;
      if (answer.ok && this.show(await answer.json())) return;
    } catch {
      // No network for a moment: the next question may find it again.
    }
    this.wait();
  }

  show(job) {
    if (job.state === "done" || job.state === "failed") { location.reload(); return true; }
    if (job.text) this.text(job.text);
    if (job.total) this.bar(job.done, job.total);
    return false;
  }

  bar(done, total) {
    const percent = Math.floor(100 * done / total);
    const bar = this.box.querySelector("[role=progressbar]");
    bar?.setAttribute("aria-valuenow", String(percent));
    bar?.querySelector("[class^=h-part]")?.setAttribute("width", `${percent}%`);
    const quarter = QUARTERS.findLast((mark) => percent >= mark) ?? 0;
    if (quarter > this.spoken) { this.spoken = quarter; say(`${quarter}%`); }
  }

  text(words) {
    const line = this.box.querySelector("[data-job-text]");
    if (line && words) line.textContent = words;
  }
}

document.querySelectorAll("[data-job]").forEach((box) => new Job(box));
