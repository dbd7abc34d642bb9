/** Checks of steps 4 and 5: the public chance, and the pick. */

import { NO_BEACON, fromHex, mixOf, pickAll, sha256, toHex } from "./arithmetic.js";
import { isTicketId } from "./checks_list.js";
import { isCanonicalText } from "./json.js";
import { hasExactly, isSame, isWhole, momentOf, need } from "./run.js";
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

/** Return the moment (ms) at which a beacon round is born. */
export function timeOfRound(round) {
  return (QUICKNET.genesis + (round - 1) * QUICKNET.period) * 1000;
}

/** Return the address of a round on a public relay. */
export function relayAddress(round) {
  return `https://api.drand.sh/${QUICKNET.chain}/public/${round}`;
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

function pickFacts(run, picked, names) {
  const winners = picked.map((one) => ({
    ...one, position: one.position + 1, index: one.position, ticket_id: names.get(one.position),
  }));
  const { kind, currency, draw_id: drawId } = run.bundle.params;
  return {
    drawId, kind, currency, n: run.count, client_seed: run.mix, winners, weak: run.facts.weak,
    sample: sampleOf(run.count, names, winners.map((one) => one.index)),
  };
}

/** Return the numbers of entries by place; what no list shows is taken as the result states it. */
function namesOf(run, picked) {
  const names = new Map(run.names);
  picked.forEach(({ position }, i) => {
    if (!names.has(position)) names.set(position, run.bundle.result.winners[i].ticket_id);
    need(isTicketId(names.get(position)), "A winner has no proper number.");
  });
  const isClear = new Set(names.values()).size === names.size;
  need(isClear, "A winner has the number of another entry.");
  return names;
}

const PICKED = "The pick, done again here, gives exactly the winner stated.";
const FOLLOWED = "The list, the seed and the public chance give the winner.";

async function checkWinners(run) {
  const { params, server_seed: seed, result } = run.bundle;
  // Else a short file could ask for a pick without an end.
  const isCount = result.winners.length === Math.min(params.winners, run.count);
  need(isCount, "The result names another number of winners.");
  const picked = await pickAll(seed, run.mix, run.count, params.winners);
  const names = namesOf(run, picked);
  const expected = picked.map(({ nonce, hash, of, idx, position }) => ({
    nonce, hash, of, idx, position, ticket_id: names.get(position),
  }));
  const numbers = picked.flatMap(({ hash, x, of, idx, position }) => [
    ["Hash", hash], ["First 8 digits", String(x)], [`Remainder of ${of}`, `${idx}`],
    ["Winner", `place ${position + 1}, ${names.get(position)}`],
  ]);
  const isPicked = isSame(expected, result.winners) && isSame(result, run.entry.RESULT.body);
  need(isPicked, "The winner stated is not the one the numbers give.", numbers);
  run.pick = pickFacts(run, picked, names);
  run.facts.isYours = picked.some(({ position }) => position + 1 === run.facts.yours);
  if (picked.length === 0) return { words: "Nobody was in the draw, so nobody won.", numbers };
  return { words: run.facts.scope === "list" ? PICKED : FOLLOWED, numbers };
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
