/**
 * What this device remembers of draws: `lc.proof.<draw_id>` = {"commit": hash, "lock": hash}.
 *
 * The first hash seen stays. A later, different one is what a verification must notice, so it
 * never replaces the first.
 */

const PREFIX = "lc.proof.";
const KINDS = ["commit", "lock"];
const HEX64 = /^[0-9a-f]{64}$/;

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}

/** Return {commit, lock} of a draw as far as this device saw them. */
export function recall(drawId) {
  const kept = read(PREFIX + drawId);
  const found = KINDS.filter((kind) => HEX64.test(kept[kind]));
  return Object.fromEntries(found.map((kind) => [kind, kept[kind]]));
}

/** Return everything remembered: {draw_id: {commit, lock}}. */
export function recallAll() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    const drawIds = keys.map((key) => key.slice(PREFIX.length));
    return Object.fromEntries(drawIds.map((drawId) => [drawId, recall(drawId)]));
  } catch {
    return {};
  }
}

/**
 * Remember a hash of a draw's log entry; kind is "commit" or "lock".
 *
 * Returns true when this very hash is now remembered; false when another one was seen before, the
 * value is no hash, or the browser keeps nothing.
 */
export function remember(drawId, kind, hash) {
  const value = String(hash ?? "").trim().toLowerCase();
  if (!drawId || !KINDS.includes(kind) || !HEX64.test(value)) return false;
  const kept = recall(drawId);
  if (kept[kind]) return kept[kind] === value;
  try {
    localStorage.setItem(PREFIX + drawId, JSON.stringify({ ...kept, [kind]: value }));
    return true;
  } catch {
    return false;
  }
}
