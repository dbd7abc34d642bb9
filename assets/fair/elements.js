/**
 * The elements of fairness; include this module and fair.css once per page.
 *
 * React may change attributes, never children: the elements own what is inside them.
 */

import { Countdown } from "./countdown.js";
import { LcElement } from "./dom.js";
import { BundleDrop } from "./drop.js";
import { Replay } from "./replay.js";
import { remember } from "./store.js";
import { Verifier } from "./verifier.js";

export { recall, recallAll, remember } from "./store.js";

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

const ELEMENTS = {
  "lc-verifier": Verifier,
  "lc-replay": Replay,
  "lc-bundle-drop": BundleDrop,
  "lc-countdown": Countdown,
  "lc-remember": Remember,
};
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
