/**
 * The verifier of LCD1 proofs: pure, no server call, no storage, runs in a page or a worker.
 *
 * A bundle alone proves that it agrees with itself. With the COMMIT or LOCK hash seen in time it
 * also proves that nothing was changed afterwards. The beacon's BLS signature is not checked here;
 * the check says so and names the relay and the value to compare.
 */

import { hashesAgree } from "./arithmetic.js";
import { checkChance, checkResult } from "./checks_draw.js";
import { checkList } from "./checks_list.js";
import { checkCommit, checkLogOf } from "./checks_log.js";
import { Run, need } from "./run.js";

export {
  legacyPick, paramsHash, pickAll, placeOf, rootFromPath, sample, sha256, toHex, treeRoot,
} from "./arithmetic.js";
export { QUICKNET, relayAddress, timeOfRound } from "./checks_draw.js";
export { BadJson, canonical, parseStrict } from "./json.js";
export { sha256Sync } from "./sha256.js";

async function checkDevice(run) {
  if (await hashesAgree()) return;
  await run.check("log.device", () => need(false, "This browser computes hashes wrongly."));
}

/**
 * Verify one bundle, ticket file or head.
 *
 * Args:
 *   input: the bundle's JSON text (preferred: numbers and double keys are judged as written), or
 *     the parsed object.
 *   options.commit, options.lock: hashes of those log entries seen before (64 hex), or absent.
 *   options.known: {draw_id: {commit, lock}} kept from before, used where the above are absent.
 *   options.ticket: an id that must be in the list. options.drawId: the draw it must be.
 *   options.onCheck(check), options.onProgress({phase, done, total}), options.signal.
 *
 * Returns {verdict, checks, pick, weak, isVoid, pending, unreadable, witnessed, drawId, kind,
 * params, reason, scope, yours, isYours}. verdict is "true", "void", "false", or "head" for a file
 * without the list, which holds but is no full check; scope says what of the list was checked:
 * "list", "ticket" or "head"; yours is the place (from 1) of the ticket asked for or shown, isYours
 * whether it won, isOwned whether its file shows its owner; checks are {name, ok, words, numbers}, ok null for
 * what a person should know but which is not a pass; the run stops at the first failure. pending
 * tells a draw that has not ended, unreadable a text that is no proof, from a false one.
 *
 * Throws only AbortError, when the signal says so.
 */
export async function verifyBundle(input, options = {}) {
  const run = new Run(options);
  await run.through([
    checkDevice, checkLogOf(input), checkCommit, checkList, checkChance, checkResult,
  ]);
  return run.outcome();
}
