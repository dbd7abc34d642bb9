/**
 * <lc-pot prize="$95.00" entries="100">: the pot of a draw that sells, counting up softly.
 *
 * React may change attributes, never children: the element owns what is inside it.
 */

import { LcElement, h, wantsStillness } from "../fair/dom.js";

// A page that comes back is first told what it knew, then what is: only the last counts.
const SETTLED_MS = 120;
const COUNTED_MS = 700;
const SPOKEN_EVERY_MS = 10_000;

/** Return the digits of a shown amount as a whole number: "$1,234.50" is 123450. */
export function digitsOf(text) {
  return Number(text.replace(/\D/g, "") || 0);
}

/** Return `number` written as `like` is: same sign, same places of points and commas. */
export function writtenLike(number, like) {
  const most = like.replace(/\D/g, "").length;
  const least = Math.min(most, (like.match(/\.(\d+)\D*$/)?.[1].length ?? 0) + 1);
  const digits = String(number).padStart(least, "0");
  let left = digits.length;
  let written = "";
  for (const sign of [...like].reverse()) {
    const isDigit = sign >= "0" && sign <= "9";
    if (isDigit && left > 0) written = digits[--left] + written;
    else if (!isDigit && (left > 0 || !",.".includes(sign))) written = sign + written;
  }
  return written;
}

export class Pot extends LcElement {
  static observedAttributes = ["prize", "entries", "one", "many"];

  build() {
    this.amount = h("span", { class: `money num ${this.looks()}`, "aria-hidden": "true" });
    this.count = h("span", { class: "quiet num lc-pot-count", "aria-hidden": "true" });
    this.spoken = h("span", { class: "sr-only", "aria-live": "polite" });
    this.classList.add("lc-pot");
    this.replaceChildren(this.amount, this.count, this.spoken);
    this.shown = this.read("prize") ?? "";
    this.draw(this.shown);
    this.say();
  }

  looks() {
    const size = this.read("size");
    return size ? `money-${size}` : "";
  }

  changed() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLED_MS);
  }

  settle() {
    const from = digitsOf(this.shown);
    this.shown = this.read("prize") ?? "";
    const to = digitsOf(this.shown);
    // Down to nothing at midnight is another draw's pot: there is nothing to count.
    if (to <= from || wantsStillness() || document.hidden) this.draw(this.shown);
    else this.countUp(from, to);
    this.sayLater();
  }

  countUp(from, to) {
    cancelAnimationFrame(this.frame);
    const began = performance.now();
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - began) / COUNTED_MS));
      const eased = 1 - (1 - part) ** 3;
      this.draw(part < 1 ? writtenLike(Math.round(from + (to - from) * eased), this.shown) : this.shown);
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  draw(text) {
    this.amount.textContent = text;
    this.count.textContent = this.countText();
  }

  countText() {
    const entries = this.read("entries");
    if (!entries) return "";
    return `${entries} ${entries === "1" ? "ticket" : "tickets"}`;
  }

  say() {
    this.saidAt = Date.now();
    this.spoken.textContent = [this.shown, this.countText()].filter(Boolean).join(", ");
  }

  sayLater() {
    if (this.saying) return;
    const wait = Math.max(0, this.saidAt + SPOKEN_EVERY_MS - Date.now());
    this.saying = setTimeout(() => {
      this.saying = null;
      this.say();
    }, wait);
  }

  stop() {
    clearTimeout(this.settling);
    clearTimeout(this.saying);
    cancelAnimationFrame(this.frame);
    this.saying = null;
  }
}

if (!customElements.get("lc-pot")) customElements.define("lc-pot", Pot);
