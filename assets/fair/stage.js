/** The show of a pick: hash, number, remainder, and the place it lands on. */

import { h } from "./dom.js";
import { WINNER_IN_STRIP, countText, fitsTiles, nounOf, numberOf, stripOf } from "./tiles.js";

const FIRST_MS = { hash: 1100, number: 800, remainder: 700, run: 2400 };
const LATER_MS = { hash: 350, number: 250, remainder: 250, run: 1100 };
const STEPS_AT_LEAST = 26;
const GROUP = 8;

/** Thrown by play() when the show was stopped. */
export class Stopped extends Error {}

function animate(duration, frame, control) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const tick = (now) => {
      if (control.isStopped) {
        reject(new Stopped());
        return;
      }
      const part = control.isInstant ? 1 : Math.min(1, Math.max(0, (now - start) / duration));
      frame(part);
      if (part < 1) requestAnimationFrame(tick);
      else resolve();
    };
    tick(start);
  });
}

const slowing = (part) => 1 - (1 - part) ** 3;

class Formula {
  constructor() {
    this.groups = Array.from({ length: 8 }, () => h("span", {}));
    this.number = h("dd", {});
    this.remainder = h("dd", {});
    this.divisor = h("dt", {});
    this.element = h(
      "dl", { class: "lc-formula" },
      h("div", {}, h("dt", {}, "Hash of the draw"), h("dd", { class: "lc-hash" }, ...this.groups)),
      h("div", {}, h("dt", {}, "Its first 8 digits, as a number"), this.number),
      h("div", {}, this.divisor, this.remainder),
    );
  }

  clear(count, noun) {
    for (const group of this.groups) group.textContent = "········";
    this.divisor.textContent = `Divided by ${count} ${noun}, remainder`;
    this.number.textContent = "–";
    this.remainder.textContent = "–";
    this.element.dataset.stage = "hash";
  }

  showHash(hash, part) {
    const shown = Math.round(part * hash.length);
    const text = hash.slice(0, shown).padEnd(hash.length, "·");
    this.groups.forEach((group, i) => {
      group.textContent = text.slice(i * GROUP, (i + 1) * GROUP);
    });
  }

  reveal(stage, value) {
    this.element.dataset.stage = stage;
    this[stage].textContent = String(value);
  }
}

function tile(one, names) {
  const name = names[one.ticket_id];
  const label = name ? h("span", { class: "lc-tile-name" }, name) : null;
  return h("span", { class: "lc-tile" }, h("span", {}, String(numberOf(one))), label);
}

class Tiles {
  constructor(sample, names) {
    this.tiles = sample.map((one) => ({ ...one, element: tile(one, names) }));
    const name = Object.keys(names).length > 0 ? "lc-tiles lc-named" : "lc-tiles";
    this.element = h("div", { class: name }, ...this.tiles.map((one) => one.element));
    this.remaining = [...this.tiles];
  }

  async land(winner, duration, control) {
    const places = this.remaining;
    const rounds = Math.ceil(STEPS_AT_LEAST / places.length);
    const last = rounds * places.length + winner.idx;
    let lit = null;
    await animate(duration, (part) => {
      const next = places[Math.round(slowing(part) * last) % places.length];
      if (next === lit) return;
      lit?.element.removeAttribute("data-lit");
      lit = next;
      lit.element.setAttribute("data-lit", "");
    }, control);
    lit.element.removeAttribute("data-lit");
    lit.element.setAttribute("data-won", "");
    this.remaining = places.filter((one) => one !== lit);
  }
}

class Strip {
  constructor(sample, names) {
    this.sample = sample;
    this.names = names;
    this.belt = h("div", { class: "lc-belt" });
    this.element = h("div", { class: "lc-strip" }, this.belt);
  }

  async land(winner, duration, control) {
    const tiles = stripOf(this.sample, winner.index).map((one) => tile(one, this.names));
    this.belt.replaceChildren(...tiles);
    const target = tiles[WINNER_IN_STRIP];
    await animate(duration, (part) => {
      const middle = this.element.clientWidth / 2;
      const from = tiles[2].offsetLeft;
      const at = from + (target.offsetLeft - from) * slowing(part);
      this.belt.style.transform = `translateX(${middle - at - target.offsetWidth / 2}px)`;
    }, control);
    target.setAttribute("data-won", "");
  }
}

export class Stage {
  /** `names` maps ticket ids to what may be shown on their tiles. */
  constructor(pick, names = {}) {
    this.pick = pick;
    this.formula = new Formula();
    const Field = fitsTiles(pick.n) ? Tiles : Strip;
    this.field = new Field(pick.sample, names);
    this.element = h(
      "div", { class: "lc-stage", "aria-hidden": "true" }, this.formula.element, this.field.element,
    );
    this.noun = `${nounOf(pick.kind).toLowerCase()}s`;
    if (pick.winners.length > 0) this.clear(pick.winners[0]);
  }

  clear({ of }) {
    this.formula.clear(countText(of, this.pick.currency), this.noun);
  }

  /**
   * Show the pick of one winner; later winners go faster.
   *
   * control.isInstant jumps to the end; control.isStopped makes it throw Stopped.
   */
  async play(winner, isFirst, control) {
    const ms = isFirst ? FIRST_MS : LATER_MS;
    const { formula } = this;
    this.clear(winner);
    await animate(ms.hash, (part) => formula.showHash(winner.hash, part), control);
    formula.reveal("number", winner.x);
    await animate(ms.number, () => {}, control);
    formula.reveal("remainder", winner.idx);
    await animate(ms.remainder, () => {}, control);
    await this.field.land(winner, ms.run, control);
    formula.element.dataset.stage = "done";
  }
}
