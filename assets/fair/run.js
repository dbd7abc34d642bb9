/** One verification under way: its checks so far, what it read, and how it reports. */

import { canonical } from "./json.js";

const BREATH_MS = 40;

/** A check that did not hold; `words` say why in plain language. */
export class Failed extends Error {
  constructor(words, numbers = []) {
    super(words);
    this.numbers = numbers;
  }
}

/** The draw has not ended, so there is nothing to verify yet. */
export class Unfinished extends Failed {}

/** The input is no proof at all, so there is nothing to call false. */
export class Unreadable extends Failed {}

/** Stops a verification at its first failed check. */
class Stopped extends Error {}

/** Throw Failed with `words` unless `holds`. */
export function need(holds, words, numbers) {
  if (!holds) throw new Failed(words, numbers);
}

/** Tell whether `value` is a JSON object. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Tell whether `value` is an exact whole number of at least `least`. */
export function isWhole(value, least = 0) {
  return Number.isSafeInteger(value) && value >= least;
}

/** Tell whether two JSON values are the same to the byte; false when not canonical JSON. */
export function isSame(left, right) {
  try {
    return canonical(left) === canonical(right);
  } catch {
    return false;
  }
}

/** Tell whether `value` has exactly the keys named. */
export function hasExactly(value, ...keys) {
  return isObject(value) && isSame(Object.keys(value).sort(), keys.sort());
}

/** Return a moment as people read it, in UTC, to the second. */
export function momentOf(ms) {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

export class Run {
  constructor(options) {
    this.options = options;
    this.checks = [];
    this.facts = { weak: false, isVoid: false, pending: false, unreadable: false, witnessed: [] };
    this.names = new Map();
    this.pick = null;
    this.breathed = performance.now();
  }

  /**
   * Run one check. `body` returns {words, numbers, ok}: ok null means "for you to know", not a
   * pass. A thrown Failed, or data of the wrong shape, fails the check and stops the run.
   */
  async check(name, body) {
    try {
      const { words, numbers = [], ok = true } = await body();
      this.add({ name, ok, words, numbers });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.fail(name, error);
    }
  }

  fail(name, error) {
    if (error instanceof Unfinished) this.facts.pending = true;
    if (error instanceof Unreadable) this.facts.unreadable = true;
    const isKnown = error instanceof Failed;
    const words = isKnown ? error.message : "This part of the proof is missing or not readable.";
    this.add({ name, ok: false, words, numbers: isKnown ? error.numbers : [] });
    throw new Stopped();
  }

  add(check) {
    this.checks.push(check);
    this.options.onCheck?.(check);
  }

  /** Report progress and give the page a moment, at most every 40 ms. */
  async breathe(phase, done, total) {
    if (performance.now() - this.breathed < BREATH_MS) return;
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.({ phase, done, total });
    await new Promise((resume) => setTimeout(resume, 0));
    this.breathed = performance.now();
  }

  /** Run all steps in order until one fails. */
  async through(steps) {
    try {
      for (const step of steps) await step(this);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  outcome() {
    const failed = this.checks.some((check) => check.ok === false);
    const whole = this.facts.isVoid ? "void" : "true";
    const held = this.facts.scope === "head" ? "head" : whole;
    return {
      verdict: failed ? "false" : held,
      checks: this.checks,
      pick: failed ? null : this.pick,
      ...this.facts,
    };
  }
}
