/**
 * The elements of fairness; include this module and fair.css once per page.
 *
 * React may change attributes, never children: the elements own what is inside them. The countdown
 * and the memory of hashes are here at once; what verifies and replays comes when an element that
 * needs it nears the screen, so that a page which only announces a draw stays light.
 */

import { Countdown } from "./countdown.js";
import { LcElement, h } from "./dom.js";
import { remember } from "./store.js";

export { recall, recallAll, remember } from "./store.js";

const NEAR = "300px";

/** <lc-remember draw-id commit lock>: keeps the hashes a page shows; itself invisible. */
class Remember extends LcElement {
  static observedAttributes = ["draw-id", "drawid", "commit", "lock"];

  build() {
    this.changed();
  }

  changed() {
    const drawId = this.read("draw-id");
    for (const kind of ["commit", "lock"]) remember(drawId, kind, this.read(kind));
  }
}

/** Make an element whose Part (see part.js) is fetched by `load` once it nears the screen. */
function later(load, observedAttributes, placeholder) {
  return class extends LcElement {
    static observedAttributes = observedAttributes;

    #part = null;
    #watch = null;

    build() {
      this.replaceChildren(placeholder());
      this.look();
    }

    connectedCallback(looks) {
      super.connectedCallback(looks);
      if (this.#watch === null && this.hasChildNodes() && !this.#part) this.look();
    }

    look() {
      this.#watch = new IntersectionObserver((seen) => {
        if (seen.some((one) => one.isIntersecting)) this.fetch();
      }, { rootMargin: NEAR });
      this.#watch.observe(this);
    }

    async fetch() {
      this.#watch.disconnect();
      try {
        const { default: Made } = await load();
        if (this.isConnected) this.#part ??= new Made(this);
      } catch {
        this.complain();
      }
    }

    complain() {
      const again = h("button", { class: "lc-button lc-quiet", type: "button" }, "Try again");
      again.addEventListener("click", () => this.fetch());
      const words = h("p", { class: "lc-text" }, "This part of the page could not be fetched.");
      this.replaceChildren(h("div", { class: "lc-card lc-head" }, words, again));
    }

    changed(name) {
      this.#part?.changed(name);
    }

    stop() {
      this.#watch?.disconnect();
      this.#watch = null;
      this.#part?.stop();
    }
  };
}

const waiting = (...children) => h("div", { class: "lc-card lc-waiting" }, ...children);
const PROOF = ["src", "draw-id", "drawid"];

const ELEMENTS = {
  "lc-countdown": Countdown,
  "lc-remember": Remember,
  "lc-verifier": later(
    () => import("./verifier.js"), [...PROOF, "ticket", "commit", "lock"], () => waiting(),
  ),
  // The empty outcome tells a page from the first moment that a replay is still to come.
  "lc-replay": later(
    () => import("./replay.js"), [...PROOF, "autoplay"],
    () => waiting(h("div", { class: "lc-winner" })),
  ),
  "lc-bundle-drop": later(() => import("./drop.js"), [], () => waiting()),
};
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
