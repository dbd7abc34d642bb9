/** <lc-verifier>: a button that verifies one draw, and the steps it took. */

import { h, icon } from "./dom.js";
import { Part } from "./part.js";
import { Report } from "./report.js";
import { Session } from "./session.js";

export default class Verifier extends Part {
  build() {
    const report = new Report();
    this.session = new Session(report, {
      onState: (state) => this.follow(state),
      onResult: (result) => {
        this.button.textContent = "Verify again";
        this.button.classList.add("lc-quiet");
        this.tell("lc-verified", result);
      },
    });
    this.button = h("button", { class: "lc-button", type: "button", onclick: () => this.press() });
    const text = "Your device repeats every step. Nothing is sent.";
    const head = h(
      "div", { class: "lc-head" },
      h("span", { class: "lc-badge" }, icon("shield")),
      h("div", { class: "lc-lead" },
        h("p", { class: "lc-title" }, "Check it yourself"),
        h("p", { class: "lc-text" }, text)),
      this.button,
    );
    this.show(h("div", { class: "lc-card" }, head, report.element));
    this.changed();
  }

  changed() {
    this.session.reset();
    const what = this.read("src")?.includes("/tickets/") ? "ticket" : "draw";
    this.button.textContent = `Verify this ${what} on your device`;
    this.button.classList.remove("lc-quiet");
    this.button.disabled = !this.read("src");
  }

  follow(state) {
    this.state = state;
    if (state === "running") {
      this.button.textContent = "Cancel";
      this.button.classList.add("lc-quiet");
    }
  }

  press() {
    if (this.state === "running") {
      this.changed();
      return;
    }
    const names = { drawId: "draw-id", ticket: "ticket", commit: "commit", lock: "lock" };
    const options = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, this.read(name)]));
    this.session.run({ url: this.read("src") }, options).then(() => {
      if (this.button.textContent === "Cancel") this.button.textContent = "Try again";
    });
  }

  stop() {
    this.changed();
  }
}
