/** Results of the older arithmetic, pasted as {server_seed, client_seed, nonce, n}. */

import { legacyPick } from "./arithmetic.js";
import { BadJson, parseStrict } from "./json.js";
import { ordinal } from "./words.js";

const NAMES = ["server_seed", "client_seed", "nonce", "n"];

function parsed(text) {
  try {
    return parseStrict(text);
  } catch (error) {
    if (error instanceof BadJson) return null;
    throw error;
  }
}

function isLegacy(value) {
  if (typeof value !== "object" || value === null || !NAMES.every((name) => Object.hasOwn(value, name))) {
    return false;
  }
  const { server_seed: server, client_seed: client, nonce, n } = value;
  return typeof server === "string" && typeof client === "string" && nonce >= 0 && n >= 1;
}

/**
 * Return {tone, title, lines, pick} when `text` is a result of the older arithmetic, else null.
 *
 * Stated values (hash, index, server_seed_hash) are compared when present.
 */
export async function readLegacy(text) {
  const value = parsed(text);
  if (!isLegacy(value)) return null;
  const pick = await legacyPick(value);
  const wrong = ["hash", "index", "server_seed_hash"].filter(
    (name) => Object.hasOwn(value, name) && value[name] !== pick[name],
  );
  if (wrong.length > 0) {
    const lines = [`Computed here, these are others: ${wrong.join(", ")}.`, `Hash: ${pick.hash}`];
    return { tone: "bad", title: "The arithmetic does not hold", lines, pick };
  }
  return {
    tone: "warn",
    title: `The arithmetic gives the ${ordinal(pick.index + 1)} of ${value.n}`,
    lines: [
      "This is the older way. Its numbers are right, but nothing was promised before the draw, so " +
        "it does not show that the draw was fair.",
      `Hash: ${pick.hash}`,
    ],
    pick,
  };
}
