/** Checks of steps 3 to 5: who was in the draw, the public chance, and the pick. */

import {
  LeafHasher, NO_BEACON, fromHex, isHex64, lockHash, mixOf, pickAll, sha256, toHex,
  treeRoot,
} from "./arithmetic.js";
import { isCanonicalText } from "./json.js";
import { hasExactly, isObject, isSame, isWhole, momentOf, need } from "./run.js";
import { sampleOf } from "./tiles.js";

/** The public beacon every draw must use; never taken from the file. Source: drand quicknet. */
export const QUICKNET = Object.freeze({
  chain: "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
  scheme: "bls-unchained-g1-rfc9380",
  genesis: 1692803367,
  period: 3,
  pk:
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d10" +
    "64510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991e" +
    "f5ece45a",
});

/** A round that has not come for this long never will; only then may a closed list be called off. */
const PATIENCE_MS = 86_400_000;
const SIGNATURE = /^[0-9a-f]{96}$/;
const MAX_ID = 128;
const MAX_CLIENT_SEED = 64;
const MAX_TICKETS = 2 ** 24;

/** Return the moment (ms) at which a beacon round is born. */
export function timeOfRound(round) {
  return (QUICKNET.genesis + (round - 1) * QUICKNET.period) * 1000;
}

/** Return the address of a round on a public relay. */
export function relayAddress(round) {
  return `https://api.drand.sh/${QUICKNET.chain}/public/${round}`;
}

function problemOf(ticket, params) {
  if (!isObject(ticket)) return "is not readable";
  const { ticket_id: id, client_seed: seed, issued_ms: issued } = ticket;
  if (!isCanonicalText(id) || id.length < 1 || id.length > MAX_ID) return "has no proper number";
  if (!isHex64(ticket.owner) || !isHex64(ticket.seal)) return "has a broken owner or seal";
  if (!isCanonicalText(seed) || seed.length < 1 || seed.length > MAX_CLIENT_SEED) {
    return "has no phrase of 1 to 64 characters";
  }
  if (!isWhole(issued)) return "has no proper time";
  if (issued < params.opens_at || issued > params.locks_at) return "was issued outside the open time";
  return "";
}

async function checkTickets(run) {
  const { params } = run.bundle;
  const { tickets } = run.bundle;
  need(Array.isArray(tickets) && tickets.length < MAX_TICKETS, "The list of entries is not readable.");
  need(run.entry.LOCK || tickets.length === 0, "The list was never closed, yet the file has entries.");
  const leaves = new Uint8Array(tickets.length * 32);
  const hasher = new LeafHasher(run.ph);
  const seen = new Set();
  for (const [i, ticket] of tickets.entries()) {
    const problem = problemOf(ticket, params);
    need(!problem, `Entry ${i + 1} ${problem}.`);
    need(!seen.has(ticket.ticket_id), `Entry ${i + 1} has a number that is already taken.`);
    seen.add(ticket.ticket_id);
    hasher.into(i, ticket, leaves, i * 32);
    if (i % 1024 === 0) await run.breathe("tickets", i, tickets.length);
  }
  run.tickets = tickets;
  run.leaves = leaves;
  const count = tickets.length.toLocaleString("en-IN");
  if (tickets.length === 0) return { words: "The list has no entries." };
  return {
    words: `All ${count} entries are well formed, different, and were made while the draw was open.`,
    numbers: [["Entries", count]],
  };
}

async function checkNoList(run) {
  const { n, root } = run.bundle;
  need(n === null && root === null, "The list was never closed, yet the file has a count of it.");
  return { ok: null, words: "The draw was called off before its list was closed." };
}

async function checkRoot(run) {
  const { LOCK: entry } = run.entry;
  if (!entry) return checkNoList(run);
  const { n, root } = run.bundle;
  const keys = ["n", "root", "lock_hash"];
  if (run.bundle.params.beacon) keys.push("server_seed");
  need(hasExactly(entry.body, ...keys), "The entry that closes the list is incomplete.");
  const count = run.tickets.length;
  need(n === count && entry.body.n === count, `The list has ${count} entries, but another count was locked.`);
  const top = treeRoot(run.leaves, count);
  run.lockHash = await lockHash(run.ph, count, top);
  const numbers = [["Fingerprint of the list", toHex(top)], ["Lock hash", toHex(run.lockHash)]];
  const isRoot = root === toHex(top) && entry.body.root === toHex(top);
  need(isRoot, "The list was changed after it was closed.", numbers);
  need(entry.body.lock_hash === toHex(run.lockHash), "The lock does not belong to this list.", numbers);
  return { words: "The list is exactly the one that was closed: same entries, same order.", numbers };
}

async function checkLockTime(run) {
  const { LOCK: entry } = run.entry;
  const { locks_at: due } = run.bundle.params;
  const numbers = [["Announced", momentOf(due)], ["Closed", momentOf(entry.ts)]];
  need(entry.ts >= due, "The list was closed before the time announced.", numbers);
  return { words: "The list was not closed before the time announced.", numbers };
}

async function checkYours(run) {
  const id = String(run.options.ticket).trim();
  const index = run.tickets.findIndex((ticket) => ticket.ticket_id === id);
  need(index >= 0, `Your entry ${id} is not in the list.`);
  run.facts.yours = index + 1;
  return {
    words: `Your entry ${id} is in the list, at place ${index + 1}.`,
    numbers: [["Phrase", run.tickets[index].client_seed], ["Seal", run.tickets[index].seal]],
  };
}

async function checkPinned(run) {
  const { beacon } = run.bundle.params;
  const round = beacon?.round;
  need(isWhole(round, 1), "The terms do not name a round of the public beacon.");
  need(isSame(beacon, { ...QUICKNET, round }), "The terms name another beacon than the public one.");
  return {
    words: `The chance was to come from round ${round} of the public drand beacon, named beforehand.`,
    numbers: [["Chain", QUICKNET.chain], ["Round", String(round)]],
  };
}

async function checkBeaconTime(run) {
  const { LOCK: lock, BEACON: entry } = run.entry;
  const { locks_at: due, beacon } = run.bundle.params;
  const born = timeOfRound(beacon.round);
  const numbers = [["List closed", momentOf(lock.ts)], ["Round born", momentOf(born)]];
  need(due < lock.ts && lock.ts < born, "The list was not closed before the chance was known.", numbers);
  need(!entry || born <= entry.ts, "The chance is entered before it can have existed.", numbers);
  return { words: "The list was closed before anybody could know the chance.", numbers };
}

async function checkLockSeed(run) {
  const { body } = run.entry.LOCK;
  need(body.server_seed === run.bundle.server_seed, "The secret was not given away with the closed list.");
  return { words: "The secret was given away with the closed list; nothing was left to hold back." };
}

async function checkRandomness(run) {
  const { body } = run.entry.BEACON;
  const { beacon, params } = run.bundle;
  need(hasExactly(body, "round", "signature", "randomness"), "The beacon entry is incomplete.");
  need(isSame(beacon, body), "The beacon in the file differs from the one in the log.");
  need(body.round === params.beacon.round, "Another round was used than the one named.");
  need(SIGNATURE.test(body.signature), "The beacon's signature is not readable.");
  run.beaconHash = await sha256(fromHex(body.signature));
  const numbers = [["Signature", body.signature], ["Its SHA-256", toHex(run.beaconHash)]];
  need(body.randomness === toHex(run.beaconHash), "The chance is not that of the signature.", numbers);
  return { words: "The chance used follows from the beacon's signature.", numbers };
}

async function checkSignature(run) {
  const { round, signature } = run.entry.BEACON.body;
  return {
    ok: null,
    words: "That drand signed this round is not checked here. Compare it with a public relay.",
    numbers: [
      ["Open the relay", { text: `Round ${round} at api.drand.sh`, href: relayAddress(round) }],
      ["Its signature must be", signature],
    ],
  };
}

async function checkWeak(run) {
  const { body } = run.entry.REVEAL;
  const { beacon, server_seed: seed } = run.bundle;
  need(beacon === null, "The file has a beacon the terms do not name.");
  const isSeed = hasExactly(body, "server_seed") && body.server_seed === seed;
  need(isSeed, "The secret in the log is not the one in the file.");
  run.beaconHash = NO_BEACON;
  return {
    ok: null,
    words: "Weak: nobody outside could have added chance; you trust that the seed was not chosen.",
    numbers: [["Secret revealed", seed]],
  };
}

async function checkMix(run) {
  const { params, result } = run.bundle;
  need(hasExactly(run.entry.RESULT.body, "client_seed", "winners"), "The result is incomplete.");
  run.mix = await mixOf(run.lockHash, params.beacon?.round ?? 0, run.beaconHash);
  const numbers = [["Computed here", run.mix], ["Stated", String(result?.client_seed)]];
  const isMix = run.mix === result.client_seed && run.mix === run.entry.RESULT.body.client_seed;
  need(isMix, "The mix of list and chance is another one.", numbers);
  return { words: "List and chance, mixed, give the number the result states.", numbers };
}

function pickFacts(run, picked) {
  const winners = picked.map((one) => ({
    ...one, position: one.position + 1, index: one.position,
    ticket_id: run.tickets[one.position].ticket_id,
  }));
  const { kind, draw_id: drawId } = run.bundle.params;
  const n = run.tickets.length;
  return {
    drawId, kind, n, client_seed: run.mix, winners, weak: run.facts.weak,
    sample: sampleOf(run.tickets, winners.map((one) => one.index)),
  };
}

async function checkWinners(run) {
  const { params, server_seed: seed, result } = run.bundle;
  const picked = await pickAll(seed, run.mix, run.tickets.length, params.winners);
  const expected = picked.map(({ nonce, hash, of, idx, position }) => ({
    nonce, hash, of, idx, position, ticket_id: run.tickets[position].ticket_id,
  }));
  const numbers = picked.flatMap(({ hash, x, of, idx, position }) => [
    ["Hash", hash], ["First 8 digits", String(x)], [`Remainder of ${of}`, `${idx}`],
    ["Winner", `place ${position + 1}, ${run.tickets[position].ticket_id}`],
  ]);
  const isPicked = isSame(expected, result.winners) && isSame(result, run.entry.RESULT.body);
  need(isPicked, "The winner stated is not the one the numbers give.", numbers);
  run.pick = pickFacts(run, picked);
  if (picked.length === 0) return { words: "Nobody was in the draw, so nobody won.", numbers };
  return { words: "The pick, done again here, gives exactly the winner stated.", numbers };
}

async function checkVoid(run) {
  const { VOID: entry } = run.entry;
  const { result } = run.bundle;
  const isReason = hasExactly(entry.body, "reason") && isCanonicalText(entry.body.reason);
  need(isReason, "The entry that calls the draw off gives no reason.");
  need(result === null, "The draw was called off, yet the file has a result.");
  need(run.bundle.beacon === null, "The file has a beacon that the log does not have.");
  if (run.entry.LOCK) {
    const late = timeOfRound(run.bundle.params.beacon.round) + PATIENCE_MS;
    need(entry.ts >= late, "The draw was called off before its chance had failed to come for a day.");
  }
  run.facts.reason = entry.body.reason;
  return {
    words: `The draw was called off: ${entry.body.reason}. Nobody won.`,
    numbers: [["Called off", momentOf(entry.ts)]],
  };
}

/** Step 3: who was in the draw. */
export async function checkList(run) {
  await run.check("tickets.form", () => checkTickets(run));
  await run.check("tickets.root", () => checkRoot(run));
  if (run.entry.LOCK) await run.check("tickets.time", () => checkLockTime(run));
  if (run.options.ticket) await run.check("tickets.yours", () => checkYours(run));
}

/** Step 4: the chance. */
export async function checkChance(run) {
  const { beacon } = run.bundle.params;
  run.facts.weak = beacon === null;
  const isLocked = Boolean(run.entry.LOCK);
  if (beacon) await run.check("beacon.pinned", () => checkPinned(run));
  if (beacon && isLocked) {
    await run.check("beacon.time", () => checkBeaconTime(run));
    await run.check("beacon.seed", () => checkLockSeed(run));
  }
  if (run.entry.BEACON) {
    await run.check("beacon.randomness", () => checkRandomness(run));
    await run.check("beacon.signature", () => checkSignature(run));
  }
  if (run.entry.REVEAL) await run.check("beacon.weak", () => checkWeak(run));
}

/** Step 5: the pick. */
export async function checkResult(run) {
  if (run.facts.isVoid) {
    await run.check("result.void", () => checkVoid(run));
    return;
  }
  await run.check("result.mix", () => checkMix(run));
  await run.check("result.winners", () => checkWinners(run));
}
