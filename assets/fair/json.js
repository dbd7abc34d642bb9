/**
 * Strict JSON, and the canonical JSON of LCD1.
 *
 * The browser's own parser rounds large integers, accepts fractions and keeps the last of two
 * equal keys. A proof must not be readable in two ways, so all three are refused here.
 */

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WHOLE = /^-?(?:0|[1-9][0-9]*)$/;
const NEEDS_CARE = /[\u0000-\u001f\\]/;
const CANONICAL_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const MAX_DEPTH = 64;

/** A text that is not the JSON a proof may consist of; `line` and `column` count from 1. */
export class BadJson extends Error {
  constructor(message, text, at) {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - before.lastIndexOf("\n");
    super(`${message} (line ${line}, column ${column})`);
    this.name = "BadJson";
    this.line = line;
    this.column = column;
  }
}

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  fail(message, at = this.at) {
    throw new BadJson(message, this.text, at);
  }

  skip() {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      this.at += 1;
      code = text.charCodeAt(this.at);
    }
    return code;
  }

  value() {
    const code = this.skip();
    if (code === 34) return this.string();
    if (code === 123) return this.nested(() => this.object());
    if (code === 91) return this.nested(() => this.array());
    if (code === 45 || (code >= 48 && code <= 57)) return this.number();
    return this.word();
  }

  nested(read) {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) this.fail("nested too deeply");
    const value = read();
    this.depth -= 1;
    return value;
  }

  word() {
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.fail(this.at >= this.text.length ? "the text ends too early" : "unexpected character");
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.fail("unreadable number");
    if (!WHOLE.test(found[0])) this.fail("a number with a fraction or exponent");
    const value = Number(found[0]);
    if (!Number.isSafeInteger(value)) this.fail("a whole number too large to be exact");
    this.at += found[0].length;
    return value + 0;
  }

  string() {
    const { text } = this;
    const start = this.at;
    let end = text.indexOf('"', start + 1);
    const plain = end < 0 ? "" : text.slice(start + 1, end);
    if (end >= 0 && !NEEDS_CARE.test(plain)) {
      this.at = end + 1;
      return plain;
    }
    while (end >= 0 && this.isEscaped(end)) end = text.indexOf('"', end + 1);
    if (end < 0) this.fail("a text without its closing quote", start);
    this.at = end + 1;
    try {
      return JSON.parse(text.slice(start, end + 1));
    } catch {
      return this.fail("a text with a forbidden character", start);
    }
  }

  isEscaped(quote) {
    let slashes = 0;
    while (this.text.charCodeAt(quote - 1 - slashes) === 92) slashes += 1;
    return slashes % 2 === 1;
  }

  array() {
    const items = [];
    this.at += 1;
    if (this.skip() === 93) {
      this.at += 1;
      return items;
    }
    for (;;) {
      items.push(this.value());
      if (this.closes(93)) return items;
    }
  }

  object() {
    const found = {};
    this.at += 1;
    if (this.skip() === 125) {
      this.at += 1;
      return found;
    }
    for (;;) {
      this.member(found);
      if (this.closes(125)) return found;
    }
  }

  member(found) {
    if (this.skip() !== 34) this.fail("a name in quotes was expected");
    const start = this.at;
    const key = this.string();
    if (Object.hasOwn(found, key)) this.fail(`the name "${key.slice(0, 40)}" twice`, start);
    if (this.skip() !== 58) this.fail("a colon was expected");
    this.at += 1;
    const value = this.value();
    if (key === "__proto__") Object.defineProperty(found, key, { value, enumerable: true });
    else found[key] = value;
  }

  closes(bracket) {
    const code = this.skip();
    if (code !== bracket && code !== 44) {
      this.fail(this.at >= this.text.length ? "the text ends too early" : "a comma was expected");
    }
    this.at += 1;
    return code === bracket;
  }
}

/**
 * Parse JSON whose numbers are exact integers and whose objects name every key once.
 *
 * Throws BadJson with the place of the first problem.
 */
export function parseStrict(text) {
  const reader = new Reader(text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text);
  const value = reader.value();
  reader.skip();
  if (reader.at < text.length) reader.fail("something follows the end");
  return value;
}

function canonicalText(text) {
  if (!CANONICAL_TEXT.test(text)) throw new TypeError("text outside canonical JSON");
  return `"${text}"`;
}

function canonicalObject(value) {
  const parts = Object.keys(value).sort();
  return `{${parts.map((key) => `${canonicalText(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** Tell whether `text` may stand in canonical JSON: printable ASCII without quote and backslash. */
export function isCanonicalText(text) {
  return typeof text === "string" && CANONICAL_TEXT.test(text);
}

/**
 * Return the canonical JSON of `value`: sorted keys, no blanks, integers, plain ASCII texts.
 *
 * Throws TypeError for anything canonical JSON cannot hold.
 */
export function canonical(value) {
  if (value === null || value === true || value === false) return String(value);
  if (typeof value === "string") return canonicalText(value);
  if (Number.isSafeInteger(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === undefined) throw new TypeError("not canonical JSON");
  return canonicalObject(value);
}
