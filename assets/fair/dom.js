/** Small helpers for building elements; no markup strings, so nothing can be injected. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  good: "M5 12.5l4.5 4.5L19 7.5",
  bad: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  note: "M12 3.5a8.5 8.5 0 1 0 .01 0zM12 11.3v5M12 7.6v.1",
  warn: "M12 6.5v7M12 17.2v.1",
  wait: "M8 12h8",
  shield: "M12 3.5l7 2.8v5.2c0 4.4-2.9 7.6-7 9-4.1-1.4-7-4.6-7-9V6.3zM8.7 12.2l2.4 2.4 4.4-4.8",
  file: "M12 15.5V4.5M7.5 9L12 4.5 16.5 9M5 15.5v4h14v-4",
};
const HYDRATION_LOOK_MS = 50;
const HYDRATION_LOOKS = 100;

/** Make an element; `props` are attributes, or listeners when they begin with "on". */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Make a line icon that assistive technology skips. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "lc-icon");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Tell whether the visitor asked for less motion. */
export function wantsStillness() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Wait `ms` milliseconds. */
export function wait(ms) {
  return new Promise((resume) => setTimeout(resume, ms));
}

function isTakenOver(element) {
  return Object.keys(element).some((key) => key.startsWith("__reactFiber"));
}

/**
 * The base of the elements: built once, after React (where the page uses it) has taken over.
 *
 * React compares the served page with its own before it takes over, and rebuilds the page when it
 * finds children it does not know. Subclasses give build(), and may give changed() and stop().
 */
export class LcElement extends HTMLElement {
  #isBuilt = false;

  connectedCallback(looks = 0) {
    if (this.#isBuilt || !this.isConnected) return;
    const isServed = "__reactRouterContext" in globalThis && !isTakenOver(this);
    if (isServed && looks < HYDRATION_LOOKS) {
      setTimeout(() => this.connectedCallback(looks + 1), HYDRATION_LOOK_MS);
      return;
    }
    this.#isBuilt = true;
    this.build();
  }

  disconnectedCallback() {
    // A move within the page disconnects and connects again at once.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop();
    });
  }

  attributeChangedCallback(name, before, after) {
    if (this.#isBuilt && before !== after) this.changed(name);
  }

  changed() {}

  stop() {}

  /** Return an attribute, however the framework writes its name, or undefined. */
  read(name) {
    return this.getAttribute(name) || this.getAttribute(name.replace("-", "")) || undefined;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}
