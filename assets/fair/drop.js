/** <lc-bundle-drop>: verify a proof from a file or from pasted text. */

import { h, icon } from "./dom.js";
import { readLegacy } from "./legacy.js";
import { Part } from "./part.js";
import { Report } from "./report.js";
import { Session } from "./session.js";

const FIELDS = [
  ["commit", "Fingerprint of the promise (COMMIT)", "64 characters, from your receipt or the draw's page"],
  ["lock", "Fingerprint of the closed list (LOCK)", "64 characters"],
  ["ticket", "Your ticket or seat number in the draw", "for example DDL-20260421-00004"],
];
const MEGABYTE = 1_000_000;
const LEGACY_AT_MOST = 10_000;
let count = 0;

function sizeText(bytes) {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

export default class BundleDrop extends Part {
  build() {
    count += 1;
    this.base = `lc-drop-${count}`;
    this.report = new Report();
    this.session = new Session(this.report, {
      onState: (state) => this.follow(state),
      onResult: (result) => this.tell("lc-verified", result),
    });
    this.show(
      h("form", { class: "lc-card", onsubmit: (event) => this.submit(event), novalidate: true },
        this.dropZone(), this.pasteArea(), this.witnesses(), this.actions(), this.report.element),
    );
    this.follow("idle");
  }

  dropZone() {
    const id = `${this.base}-file`;
    this.picker = h("input", {
      class: "lc-hidden", id, type: "file", accept: ".json,application/json",
      onchange: () => this.take(this.picker.files[0]),
    });
    this.fileName = h("span", { class: "lc-text" }, "or drop it here");
    const zone = h(
      "div", { class: "lc-zone" }, icon("file"), this.picker,
      h("label", { class: "lc-button lc-quiet", for: id }, "Choose a proof file"), this.fileName,
    );
    const over = (isOver) => (event) => {
      event.preventDefault();
      zone.toggleAttribute("data-over", isOver);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", (event) => {
      over(false)(event);
      this.take(event.dataTransfer.files[0]);
    });
    return zone;
  }

  pasteArea() {
    const id = `${this.base}-text`;
    this.text = h("textarea", {
      id, rows: "5", spellcheck: "false", autocomplete: "off", placeholder: '{"v":1, "params": …',
      oninput: () => this.take(null),
    });
    return h("div", { class: "lc-field" }, h("label", { for: id }, "Or paste the proof"), this.text);
  }

  witnesses() {
    this.inputs = new Map();
    const fields = FIELDS.map(([key, label, hint]) => {
      const id = `${this.base}-${key}`;
      const input = h("input", {
        id, type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
        "aria-describedby": `${id}-hint`,
      });
      this.inputs.set(key, input);
      const explained = h("span", { class: "lc-hint", id: `${id}-hint` }, hint);
      return h("div", { class: "lc-field" }, h("label", { for: id }, label), input, explained);
    });
    const summary = h("summary", {}, "I kept a fingerprint, or want to find my ticket (optional)");
    return h("details", { class: "lc-more" }, summary, ...fields);
  }

  actions() {
    this.button = h("button", { class: "lc-button", type: "submit" });
    const props = { class: "lc-button lc-quiet", type: "button", onclick: () => this.clear() };
    const clear = h("button", props, "Clear");
    return h("div", { class: "lc-actions" }, this.button, clear);
  }

  follow(state) {
    this.state = state;
    if (this.button) this.button.textContent = state === "running" ? "Cancel" : "Verify this proof";
  }

  /** Take a file, or null to use the pasted text. */
  take(file) {
    this.session.reset();
    if (file === undefined) return;
    this.file = file;
    if (file) this.text.value = "";
    else this.picker.value = "";
    this.fileName.textContent = file ? `${file.name}, ${sizeText(file.size)}` : "or drop it here";
  }

  clear() {
    this.text.value = "";
    for (const input of this.inputs.values()) input.value = "";
    this.take(null);
    this.text.focus();
  }

  async submit(event) {
    event.preventDefault();
    if (this.state === "running") {
      this.session.reset();
      return;
    }
    const text = this.text.value.trim();
    if (!this.file && !text) {
      this.report.conclude("warn", "Nothing to verify yet", ["Choose a proof file or paste its text."]);
      this.text.focus();
      return;
    }
    if (await this.isLegacy(text)) return;
    const options = Object.fromEntries([...this.inputs].map(([key, input]) => [key, input.value.trim()]));
    await this.session.run(this.file ? { file: this.file } : { text }, options);
  }

  async isLegacy(pasted) {
    const isSmall = !this.file || this.file.size <= LEGACY_AT_MOST;
    const found = isSmall && (await readLegacy(this.file ? await this.file.text() : pasted));
    if (!found) return false;
    this.report.clear();
    this.report.conclude(found.tone, found.title, found.lines);
    return true;
  }

  stop() {
    this.session.reset();
  }
}
