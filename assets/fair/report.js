/** The step list and the verdict, filled in while a verification runs. */

import { h, icon, wait, wantsStillness } from "./dom.js";
import { STEPS, verdictOf } from "./words.js";

const PACE_MS = 130;
const PHASES = {
  reading: "Fetching the proof",
  checking: "Reading the proof",
  tickets: "Hashing every entry",
};
/** Checks whose step is less than it could be, though nothing in it is false. */
const LESSER = new Set(["beacon.weak", "tickets.missing"]);
const MARKS = {
  good: ["good", "Passed"],
  bad: ["bad", "Failed"],
  note: ["note", "Note"],
};

function toneOf({ ok }) {
  if (ok === null) return "note";
  return ok ? "good" : "bad";
}

function mark(tone) {
  const [name, word] = MARKS[tone];
  const spoken = h("span", { class: "lc-hidden" }, `${word}: `);
  return h("span", { class: "lc-mark", "data-tone": tone }, icon(name), spoken);
}

function valueOf(value) {
  if (typeof value === "string") return value;
  return h("a", { href: value.href, target: "_blank", rel: "noopener noreferrer" }, value.text);
}

class Step {
  constructor(title) {
    this.checks = h("ul", { class: "lc-checks" });
    this.rows = h("dl", { class: "lc-numbers" });
    const summary = h("summary", {}, "Show the numbers", h("span", { class: "lc-hidden" }, `: ${title}`));
    this.details = h("details", { hidden: true }, summary, this.rows);
    this.dot = h("span", { class: "lc-dot" }, icon("wait"));
    this.title = h("p", { class: "lc-step-title" }, title);
    const body = h("div", { class: "lc-step-body" }, this.title, this.checks, this.details);
    this.element = h("li", { class: "lc-step", "data-tone": "wait" }, this.dot, body);
    this.tone = "wait";
  }

  add(check) {
    const tone = toneOf(check);
    this.checks.append(h("li", { class: "lc-check" }, mark(tone), h("span", {}, check.words)));
    for (const [label, value] of check.numbers) {
      this.rows.append(h("div", {}, h("dt", {}, label), h("dd", {}, valueOf(value))));
      this.details.hidden = false;
    }
    this.show(this.worse(tone, check));
  }

  worse(tone, check) {
    if (tone === "bad" || this.tone === "bad") return "bad";
    if (LESSER.has(check.name) || this.tone === "warn") return "warn";
    return tone === "note" && this.tone === "wait" ? "note" : "good";
  }

  show(tone) {
    this.tone = tone;
    this.element.dataset.tone = tone;
    this.dot.replaceChildren(icon(tone));
  }

  skip() {
    if (this.tone !== "wait") return;
    this.checks.append(h("li", { class: "lc-check" }, "Not reached."));
  }
}

export class Report {
  constructor() {
    this.verdict = h("div", { class: "lc-verdict", role: "status" });
    this.bar = h("progress", { class: "lc-bar", "aria-label": "Progress of the verification" });
    this.phase = h("span", {});
    this.progress = h("div", { class: "lc-progress", hidden: true }, this.phase, this.bar);
    this.list = h("ol", { class: "lc-steps", hidden: true });
    this.element = h("div", { class: "lc-report", hidden: true }, this.progress, this.verdict, this.list);
    this.queue = Promise.resolve();
    this.round = 0;
  }

  /** Empty everything; what is still queued from before is dropped. */
  clear() {
    this.round += 1;
    this.queue = Promise.resolve();
    this.verdict.replaceChildren();
    delete this.verdict.dataset.tone;
    this.element.hidden = true;
    this.progress.hidden = true;
    this.list.hidden = true;
  }

  start() {
    this.clear();
    this.steps = new Map(STEPS.map(([key, title]) => [key, new Step(title)]));
    this.list.replaceChildren(...[...this.steps.values()].map((step) => step.element));
    this.list.hidden = false;
    this.progress.hidden = false;
    this.element.hidden = false;
    this.show({ phase: "reading", done: 0, total: 0 });
  }

  show({ phase, done, total }) {
    const count = total ? `, ${done.toLocaleString("en-IN")} of ${total.toLocaleString("en-IN")}` : "";
    this.phase.textContent = `${PHASES[phase]}${count}`;
    this.bar.removeAttribute("value");
    if (total) this.bar.value = done / total;
  }

  /** Show one check after those before it, at a pace the eye can follow. */
  add(check) {
    const { round } = this;
    this.queue = this.queue.then(async () => {
      if (round !== this.round) return;
      this.steps.get(check.name.split(".")[0]).add(check);
      if (!wantsStillness()) await wait(PACE_MS);
    });
  }

  /** Show the verdict after the last check. */
  finish(result, seconds) {
    const { round } = this;
    this.queue = this.queue.then(() => {
      if (round !== this.round) return;
      for (const step of this.steps.values()) step.skip();
      const { tone, title, lines } = verdictOf(result);
      this.list.hidden = result.unreadable;
      this.conclude(tone, title, lines, `Checked on this device in ${seconds.toFixed(1)} s.`);
    });
    return this.queue;
  }

  /** Say in large what came out. */
  conclude(tone, title, lines, foot = "") {
    this.progress.hidden = true;
    this.element.hidden = false;
    this.verdict.dataset.tone = tone;
    this.verdict.replaceChildren(
      h("span", { class: "lc-seal" }, icon(tone)),
      h("p", { class: "lc-verdict-title" }, title),
      h("div", { class: "lc-verdict-text" }, ...lines.map((line) => h("p", {}, line)),
        foot ? h("p", { class: "lc-hint" }, foot) : null),
    );
    const behavior = wantsStillness() ? "auto" : "smooth";
    this.verdict.scrollIntoView({ block: "nearest", behavior });
  }
}
