/** <lc-countdown to="ms" skew="ms">: a calm m:ss to a moment of the server's clock. */

import { LcElement, h } from "./dom.js";

const SECOND = 1000;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86400;
const SPOKEN_EVERY_S = 10;
const SHOWN_MS = 250;

const two = (number) => String(number).padStart(2, "0");
const some = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Return the time left as a clock: 2 d 4 h, 3:04:05 or 4:05. */
export function clockText(left) {
  if (left >= DAY_S) return `${Math.floor(left / DAY_S)} d ${Math.floor((left % DAY_S) / HOUR_S)} h`;
  const minutes = Math.floor(left / MINUTE_S) % MINUTE_S;
  const seconds = two(left % MINUTE_S);
  if (left < HOUR_S) return `${minutes}:${seconds}`;
  return `${Math.floor(left / HOUR_S)}:${two(minutes)}:${seconds}`;
}

/** Return what is said aloud at this second, or "": every 10 s of the last minute, each minute before. */
export function spokenText(left) {
  if (left >= HOUR_S) return "";
  if (left >= MINUTE_S) return left % MINUTE_S ? "" : `${some(left / MINUTE_S, "minute")} left`;
  return left > 0 && left % SPOKEN_EVERY_S === 0 ? `${left} seconds left` : "";
}

export class Countdown extends LcElement {
  static observedAttributes = ["to", "skew", "label", "done"];

  build() {
    this.caption = h("span", { class: "lc-countdown-label" });
    this.clock = h("span", { class: "lc-countdown-clock", role: "timer", "aria-live": "off" });
    this.spoken = h("span", { class: "lc-hidden", role: "status" });
    this.replaceChildren(h("span", { class: "lc-countdown" }, this.caption, this.clock, this.spoken));
    this.changed();
  }

  connectedCallback(looks) {
    super.connectedCallback(looks);
    if (this.clock && !this.timer) this.changed();
  }

  changed() {
    this.stop();
    this.target = Number(this.read("to"));
    this.ahead = Number(this.read("skew")) || 0;
    this.caption.textContent = this.read("label") ?? "";
    this.last = null;
    if (!(this.target > 0)) {
      this.clock.textContent = "";
      return;
    }
    this.isPast = this.left() <= 0;
    this.timer = setInterval(() => this.tick(), SHOWN_MS);
    this.tick();
  }

  left() {
    return Math.max(0, Math.ceil((this.target - Date.now() - this.ahead) / SECOND));
  }

  tick() {
    const left = this.left();
    if (left === this.last) return;
    this.last = left;
    this.clock.textContent = left > 0 ? clockText(left) : this.read("done") ?? "Now";
    const words = spokenText(left);
    if (words) this.spoken.textContent = words;
    if (left === 0) this.end();
  }

  end() {
    this.stop();
    if (this.isPast) return;
    this.spoken.textContent = this.read("done") ?? "Now";
    this.tell("lc-zero", { to: this.target });
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }
}
