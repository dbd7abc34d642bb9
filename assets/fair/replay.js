/** <lc-replay>: verifies a draw, then plays its pick; the end comes from the verified proof. */

import { h, wantsStillness } from "./dom.js";
import { Part } from "./part.js";
import { NotVerified, verifyInBackground } from "./runner.js";
import { Stage, Stopped } from "./stage.js";
import { countText } from "./tiles.js";
import { nameOf, namesOf, ordinal, verdictOf } from "./words.js";

const WINNERS_PLAYED = 3;
const SEEN_ENOUGH = 0.35;

function namesFrom(text) {
  try {
    const names = JSON.parse(text ?? "{}");
    return typeof names === "object" && names !== null ? names : {};
  } catch {
    return {};
  }
}

function placeOf(winner, { kind, currency, n }) {
  if (winner.of < n) return `the ${ordinal(winner.idx + 1)} of those left`;
  if (kind === "monthly") return `the ${ordinal(winner.idx + 1)} on the list`;
  return `position ${countText(winner.position, currency)} of ${countText(n, currency)}`;
}

export default class Replay extends Part {
  build() {
    this.button = h("button", { class: "lc-button", type: "button", onclick: () => this.press() });
    this.place = h("div", {});
    this.winner = h("p", { class: "lc-winner-name" });
    this.reason = h("p", { class: "lc-text" });
    this.outcome = h("div", { class: "lc-winner", role: "status" }, this.winner, this.reason);
    const head = h(
      "div", { class: "lc-head" },
      h("div", { class: "lc-lead" },
        h("p", { class: "lc-title" }, "The pick, replayed"),
        h("p", { class: "lc-text" }, "Computed from the proof, so it cannot differ from it.")),
      this.button,
    );
    this.show(h("div", { class: "lc-card" }, head, this.place, this.outcome));
    this.changed();
  }

  changed(name) {
    if (name === "autoplay" && !this.has("autoplay")) return;
    this.stop();
    this.result = null;
    this.place.replaceChildren();
    this.say("", "", "");
    this.set("idle", "Play");
    this.button.disabled = !this.read("src");
    if (this.has("autoplay") && this.read("src")) this.playWhenSeen();
  }

  playWhenSeen() {
    this.observer = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      this.observer.disconnect();
      this.start();
    }, { threshold: SEEN_ENOUGH });
    this.observer.observe(this.host);
  }

  set(state, label) {
    this.state = state;
    this.button.textContent = label;
    this.button.classList.toggle("lc-quiet", label !== "Play");
  }

  say(tone, words, reason) {
    this.outcome.dataset.tone = tone;
    this.winner.textContent = words;
    this.reason.textContent = reason;
  }

  press() {
    if (this.state === "playing") this.control.isInstant = true;
    else if (this.state !== "checking") this.start();
  }

  stop() {
    this.observer?.disconnect();
    this.abort?.abort();
    if (this.control) this.control.isStopped = true;
  }

  async start() {
    this.stop();
    const control = { isInstant: wantsStillness(), isStopped: false };
    this.control = control;
    try {
      if (!this.result) await this.verify(control);
      await this.play(control);
    } catch (error) {
      if (control.isStopped || error instanceof Stopped) return;
      const words = error instanceof NotVerified ? error.message : "The replay cannot be shown here.";
      this.say("warn", "Nothing to replay yet", words);
      this.set("idle", "Try again");
    }
  }

  async verify(control) {
    this.abort = new AbortController();
    this.set("checking", "Checking…");
    this.say("", "", "Checking the proof first.");
    const options = { drawId: this.read("draw-id"), signal: this.abort.signal };
    const result = await verifyInBackground({ url: this.read("src") }, options);
    if (control.isStopped) throw new Stopped();
    this.result = result;
  }

  async play(control) {
    const { pick } = this.result;
    if (!pick || pick.winners.length === 0) {
      this.refuse();
      return;
    }
    const stage = new Stage(pick, namesFrom(this.read("names")));
    this.place.replaceChildren(stage.element);
    this.say("", "", "");
    this.set("playing", "Skip");
    this.tell("lc-replay-start", { drawId: pick.drawId });
    for (const [i, winner] of pick.winners.slice(0, WINNERS_PLAYED).entries()) {
      await stage.play(winner, i === 0, control);
      this.announce(winner);
    }
    this.finish(pick);
  }

  announce(winner) {
    const name = namesFrom(this.read("names"))[winner.ticket_id];
    const { pick } = this.result;
    const title = nameOf(winner, pick.kind);
    const of = countText(winner.of, pick.currency);
    this.say(
      "good",
      name ? `${title} wins: ${name}` : `${title} wins`,
      `${winner.x} divided by ${of} leaves ${winner.idx}. Counting from 0, that is ${placeOf(winner, pick)}.`,
    );
  }

  finish({ winners, kind, drawId }) {
    if (winners.length > 1) {
      this.say("good", `${namesOf(winners, kind)} win`, "");
    }
    this.set("ended", "Play again");
    this.tell("lc-replay-end", { drawId, winners });
  }

  refuse() {
    const { verdict } = this.result;
    if (this.result.pick) {
      this.say("warn", "Nobody was in the draw", "So there is no pick to replay.");
    } else {
      const { tone, title, lines } = verdictOf(this.result);
      this.say(tone, title, lines[0]);
    }
    this.result = null;
    this.set("idle", "Try again");
  }
}
