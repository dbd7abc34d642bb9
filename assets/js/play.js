/**
 * What buying a ticket needs in the browser: how many, the player's own phrase, the chances as
 * the pot moves, moments in local words. Loaded by the pages that sell or show tickets only.
 */

import { LcElement, h } from "../fair/dom.js";

const PREFIX = "lc.phrase.";
const LETTERS = "23456789abcdefghjkmnpqrstuvwxyz";
const PHRASE_LETTERS = 16;
const PHRASE_GROUP = 4;
const LONGEST_PHRASE = 64;
const PICKS = [1, 5, 10, 25, 100];
const LOCALE = "en-IN";
const PLAY_CREDIT = "XXX";
const SIGNS = { INR: "₹", USD: "$" };
const DAY_MS = 86_400_000;

const whole = (text) => Number(String(text ?? "").replace(/\D/g, "")) || 0;
// Numbers, hours and our own currencies are written by hand: the first use of the browser's Intl
// holds up a phone for a fifth of a second, just while the page opens.
const spaced = (number) => String(number).replace(/\B(?=(?:\d\d)*\d{3}$)/g, ",");
const hourText = (at) => `${at.getHours() % 12 || 12}:${String(at.getMinutes()).padStart(2, "0")} ${at.getHours() < 12 ? "am" : "pm"}`;

/** Return what this device keeps of a draw: {phrase, used}. */
export function kept(drawId) {
  try {
    const { phrase, used } = JSON.parse(localStorage.getItem(PREFIX + drawId)) ?? {};
    return { phrase: String(phrase ?? ""), used: Array.isArray(used) ? used.map(String) : [] };
  } catch {
    return { phrase: "", used: [] };
  }
}

function keep(drawId, changes) {
  try {
    localStorage.setItem(PREFIX + drawId, JSON.stringify({ ...kept(drawId), ...changes }));
  } catch {
    // A browser that keeps nothing still plays.
  }
}

/** Make a phrase nobody can guess: 16 letters of chance, about 79 bits. */
export function freshPhrase() {
  const letters = [];
  const fair = 256 - (256 % LETTERS.length);
  while (letters.length < PHRASE_LETTERS) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < fair) letters.push(LETTERS[byte % LETTERS.length]);
  }
  return letters.join("").match(new RegExp(`.{${PHRASE_GROUP}}`, "g")).join("-");
}

/** Return minor units as the rest of the page writes them: $5.00, ₹5,000, 5.00 credits. */
export function moneyText(minor, currency) {
  const parts = String(minor % 100).padStart(2, "0");
  const amount = `${spaced(Math.floor(minor / 100))}.${parts}`;
  if (currency === PLAY_CREDIT) return `${amount} credits`;
  if (currency === "INR" && parts === "00") return `₹${amount.slice(0, -3)}`;
  return currency in SIGNS ? `${SIGNS[currency]}${amount}` : foreignText(minor, currency);
}

function foreignText(minor, currency) {
  const style = new Intl.NumberFormat(LOCALE, { style: "currency", currency });
  return style.format(minor / 10 ** style.resolvedOptions().maximumFractionDigits);
}

/** Say a chance in words: one in 40, about one in 41, about 67 in 100. */
export function chanceText(mine, total) {
  if (mine >= total) return "all of them are yours";
  if (total % mine === 0) return `one in ${spaced(total / mine)}`;
  const ratio = total / mine;
  if (ratio >= 10) return `about one in ${spaced(Math.round(ratio))}`;
  return `about ${Math.round((100 * mine) / total)} in 100`;
}

/** <lc-odds mine entries>: how the chances stand now. */
class Odds extends LcElement {
  static observedAttributes = ["mine", "entries"];

  build() {
    this.changed();
  }

  changed() {
    const mine = whole(this.read("mine"));
    const total = Math.max(whole(this.read("entries")), mine);
    const many = mine === 1 ? "Your ticket" : "Your tickets";
    this.replaceChildren(
      mine > 0
        ? h("span", {}, `${many}: ${spaced(mine)} of ${spaced(total)}, `, h("strong", {}, chanceText(mine, total)))
        : h("span", {}, total > 0 ? "You have no ticket in this draw yet." : "No ticket is sold yet. Be the first."),
    );
  }
}

// Nothing in it is named like an attribute: React would set that instead.
/** <lc-stepper price currency most balance mine entries>: how many tickets, and what they cost. */
class Stepper extends LcElement {
  static observedAttributes = ["price", "currency", "most", "balance", "mine", "entries"];

  build() {
    this.field = h("input", {
      id: "field-quantity", name: "quantity", type: "number", inputmode: "numeric", min: 1, value: 1,
      class: "input", required: true, autocomplete: "off", oninput: () => this.say(), onchange: () => this.set(this.count),
    });
    const step = (by, sign, label) =>
      h("button", { type: "button", class: "btn step", "aria-label": label, onclick: () => this.set(this.count + by) }, sign);
    this.less = step(-1, "−", "One ticket less");
    this.more = step(1, "+", "One ticket more");
    this.picks = PICKS.map((count) =>
      h("button", { type: "button", class: "pick", "aria-label": count === 1 ? "1 ticket" : `${count} tickets`, onclick: () => this.set(count) }, String(count)));
    this.total = h("output", { class: "money money-large", for: "field-quantity" });
    this.outlook = h("span", { class: "quiet small" });
    this.replaceChildren(
      h("label", { class: "label", for: "field-quantity" }, "How many tickets"),
      h("div", { class: "stepper" }, this.less, this.field, this.more),
      h("div", { class: "picks", role: "group", "aria-label": "Quick picks" }, ...this.picks),
      h("div", { class: "sum" }, h("span", { class: "quiet small" }, "Together"), this.total, this.outlook),
    );
    this.changed();
  }

  get limit() {
    return Math.max(1, whole(this.read("most")));
  }

  get count() {
    return Math.max(0, Math.trunc(Number(this.field.value)) || 0);
  }

  changed(name) {
    // What was chosen is bought: the next choice begins anew.
    if (name === "mine") this.field.value = 1;
    this.field.max = this.limit;
    this.picks.forEach((pick, place) => { pick.hidden = PICKS[place] > this.limit; });
    this.say();
  }

  set(count) {
    this.field.value = Math.min(Math.max(count, 1), this.limit);
    this.say();
  }

  say() {
    const { count } = this;
    const cost = count * whole(this.read("price"));
    this.less.disabled = count <= 1;
    this.more.disabled = count >= this.limit;
    this.picks.forEach((pick, place) => pick.setAttribute("aria-pressed", String(PICKS[place] === count)));
    this.total.textContent = moneyText(cost, this.read("currency") ?? "USD");
    const mine = whole(this.read("mine")) + count;
    const total = whole(this.read("entries")) + count;
    this.outlook.textContent = count ? `would make it ${spaced(mine)} of ${spaced(total)}: ${chanceText(mine, total)}` : "";
    this.toggleAttribute("data-short", cost > Number(this.read("balance") ?? Infinity));
  }
}

/** <lc-phrase drawid problem>: the player's own words, made here and kept here. */
class Phrase extends LcElement {
  static observedAttributes = ["drawid", "problem"];

  build() {
    this.shown = h("q", { class: "phrase" });
    this.field = h("input", {
      id: "field-client_seed", name: "client_seed", type: "text", class: "input", required: true,
      maxlength: LONGEST_PHRASE, pattern: "[ -~]{1,64}", title: "Plain letters, digits and signs, up to 64",
      autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "client_seed-note",
      oninput: () => this.take(this.field.value),
    });
    this.wrong = h("span", { class: "field-error", role: "alert" });
    const another = h("button", { type: "button", class: "btn", onclick: () => this.take(freshPhrase(), true) }, "Another");
    const note = h("span", { class: "field-hint" },
      "Anything you like. It is sealed into your tickets and mixed into the draw, and becomes public. This device keeps it, so that you can see that your tickets carry it.");
    this.box = h("details", {},
      h("summary", {}, h("span", {}, "Your phrase ", this.shown), h("span", { class: "change" }, "Change")),
      h("div", { class: "field" },
        h("label", { for: "field-client_seed" }, "Your own phrase"),
        h("div", { class: "row no-wrap" }, this.field, another),
        h("div", { id: "client_seed-note", class: "stack gap-1" }, this.wrong, note)));
    // What is hidden cannot be pointed at by the browser when it is wrong.
    this.field.addEventListener("invalid", () => { this.box.open = true; });
    this.replaceChildren(this.box);
    this.changed("drawid");
  }

  changed(name) {
    if (name === "drawid") this.take(kept(this.read("drawid")).phrase || freshPhrase(), true);
    const problem = this.read("problem") ?? "";
    this.wrong.textContent = problem;
    this.field.setAttribute("aria-invalid", problem ? "true" : "false");
    if (problem) this.box.open = true;
  }

  take(phrase, isNew = false) {
    if (isNew) this.field.value = phrase;
    this.shown.textContent = phrase;
    const drawId = this.read("drawid");
    if (drawId) keep(drawId, { phrase });
  }
}

/** <lc-kept drawid phrase>: whether a ticket carries what this device chose for it. */
class Kept extends LcElement {
  static observedAttributes = ["drawid", "phrase"];

  build() {
    this.changed();
  }

  changed() {
    const { used } = kept(this.read("drawid"));
    const isSame = used.includes(this.read("phrase"));
    const words = isSame
      ? "This device chose this phrase. The ticket carries it."
      : "This device chose another phrase for this draw. Did you buy this ticket elsewhere?";
    this.replaceChildren(...(used.length ? [h("span", { class: isSame ? "good small" : "warn small" }, words)] : []));
  }
}

/** <lc-moment ms skew>: a moment where the reader is: tomorrow at 5:30 am. */
class Moment extends LcElement {
  static observedAttributes = ["ms", "skew"];

  build() {
    this.changed();
  }

  changed() {
    const at = Number(this.read("ms"));
    if (!(at > 0)) {
      this.replaceChildren();
      return;
    }
    const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);
    const days = Math.round((midnight(at) - midnight(Date.now() + (Number(this.read("skew")) || 0))) / DAY_MS);
    const near = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
    const day = near ?? new Date(at).toLocaleDateString(LOCALE, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
    this.replaceChildren(h("time", { datetime: new Date(at).toISOString() }, `${day} at ${hourText(new Date(at))}`));
  }
}

// What is sent is what was chosen here, whatever is said later.
document.addEventListener("submit", ({ target }) => {
  const drawId = target.querySelector?.('input[name="draw_id"]')?.value;
  const phrase = target.querySelector?.('input[name="client_seed"]')?.value;
  if (drawId && phrase) keep(drawId, { used: [...new Set([...kept(drawId).used, phrase])] });
}, true);

const ELEMENTS = { "lc-odds": Odds, "lc-stepper": Stepper, "lc-phrase": Phrase, "lc-kept": Kept, "lc-moment": Moment };
for (const [name, element] of Object.entries(ELEMENTS)) {
  if (!customElements.get(name)) customElements.define(name, element);
}
