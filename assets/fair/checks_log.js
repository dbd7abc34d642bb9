/** Checks of steps 1 and 2: the file, its log, and the promise made before sales. */

import { bytesOf, chainHash, isHex64, paramsHash, sha256, toHex } from "./arithmetic.js";
import { BadJson, canonical, parseStrict } from "./json.js";
import {
  Unfinished, Unreadable, hasExactly, isObject, isSame, isWhole, momentOf, need,
} from "./run.js";

const PARTS = ["v", "params", "n", "root", "server_seed", "beacon", "result", "log"];
const TICKET_PARTS = ["ticket", "index", "path"];
const ENTRY_KEYS = ["body", "draw_id", "seq", "ts", "type"];

function readInput(input) {
  if (typeof input !== "string") return input;
  try {
    return parseStrict(input);
  } catch (error) {
    if (!(error instanceof BadJson)) throw error;
    throw new Unreadable(`The text is not readable: ${error.message}.`);
  }
}

function needParams(params) {
  const texts = [params.draw_id, params.kind, params.currency];
  const counts = [params.price, params.fee_bps, params.opens_at, params.locks_at];
  need(params.v === 1, "The terms are of a version this page does not know.");
  need(texts.every((text) => typeof text === "string" && text), "The terms are incomplete.");
  need(counts.every((count) => isWhole(count)), "The terms hold a number that is not whole.");
  need(isWhole(params.winners, 1), "The terms do not say how many winners there are.");
  need(params.beacon === null || isObject(params.beacon), "The terms do not say where chance is from.");
  need(
    isHex64(params.server_seed_hash) && isHex64(params.rules_sha256),
    "The terms lack the fingerprint of the secret or of the rules.",
  );
}

function scopeOf(bundle) {
  if (Object.hasOwn(bundle, "tickets")) return bundle.tickets === null ? "head" : "list";
  const missing = TICKET_PARTS.filter((part) => !Object.hasOwn(bundle, part));
  need(missing.length < TICKET_PARTS.length, "The proof lacks: tickets.");
  need(missing.length === 0, `The proof of the ticket lacks: ${missing.join(", ")}.`);
  return "ticket";
}

const FILES = {
  list: "The file is a complete proof of draw",
  ticket: "The file proves one ticket of draw",
  head: "The file is a proof without its list, of draw",
};

async function checkFile(run, input) {
  const bundle = readInput(input);
  if (!isObject(bundle) || !PARTS.some((part) => Object.hasOwn(bundle, part))) {
    throw new Unreadable("This is not a LuckyChit proof.");
  }
  need(bundle.v === 1, "This file is not a LuckyChit proof of version 1.");
  const missing = PARTS.filter((part) => !Object.hasOwn(bundle, part));
  need(missing.length === 0, `The proof lacks: ${missing.join(", ")}.`);
  const scope = scopeOf(bundle);
  need(Array.isArray(bundle.log) && isObject(bundle.params), "The proof's log or terms are not readable.");
  needParams(bundle.params);
  const { draw_id: drawId } = bundle.params;
  const { drawId: wanted } = run.options;
  need(!wanted || wanted === drawId, `This is the proof of draw ${drawId}, not of ${wanted}.`);
  run.bundle = bundle;
  Object.assign(run.facts, { drawId, scope, kind: bundle.params.kind, params: bundle.params });
  return {
    words: `${FILES[scope]} ${drawId}.`,
    numbers: [
      ["Draw", drawId],
      ["Opens", momentOf(bundle.params.opens_at)],
      ["Locks", momentOf(bundle.params.locks_at)],
    ],
  };
}

async function checkChain(run) {
  let hash = new Uint8Array(32);
  const { log } = run.bundle;
  need(log.length > 0, "The log is empty.");
  for (const [seq, line] of log.entries()) {
    need(isObject(line) && typeof line.entry === "string", `Log entry ${seq} is not readable.`);
    hash = await chainHash(seq, hash, line.entry);
    const numbers = [["Computed here", toHex(hash)], ["Stated in the file", String(line.hash)]];
    need(toHex(hash) === line.hash, `Log entry ${seq} was changed: its hash differs.`, numbers);
  }
  return {
    words: `The log is one unbroken chain of ${log.length} entries.`,
    numbers: log.map((line, seq) => [`Entry ${seq}`, line.hash]),
  };
}

function readEntry(line, seq, drawId) {
  const entry = parseStrict(line.entry);
  need(canonical(entry) === line.entry, `Log entry ${seq} is not in its one allowed form.`);
  need(hasExactly(entry, ...ENTRY_KEYS), `Log entry ${seq} has missing or additional parts.`);
  need(entry.seq === seq, `Log entry ${seq} carries the number ${entry.seq}.`);
  need(entry.draw_id === drawId, `Log entry ${seq} belongs to another draw.`);
  need(isWhole(entry.ts) && isObject(entry.body), `Log entry ${seq} is incomplete.`);
  return entry;
}

async function checkEntries(run) {
  const { log, params } = run.bundle;
  run.entries = log.map((line, seq) => readEntry(line, seq, params.draw_id));
  return { words: "Every entry has its number, belongs to this draw and can be read in one way only." };
}

function needOrder(types, expected) {
  const last = types.at(-1);
  const isVoid = last === "VOID";
  const before = isVoid ? types.slice(0, -1) : types;
  const fits = before.length > 0 && isSame(before, expected.slice(0, before.length));
  need(fits, `The log runs ${types.join(", ")}; it must run ${expected.join(", ")}.`);
  if (isVoid) {
    const known = expected.includes("BEACON") ? 3 : 2;
    need(before.length < known, "A draw whose outcome could be known cannot be called off.");
  } else if (before.length < expected.length) {
    throw new Unfinished(`This draw has not ended: its log stops at ${last}. Check again after the result.`);
  }
  return isVoid;
}

async function checkOrder(run) {
  const { entries } = run;
  const types = entries.map((entry) => entry.type);
  const third = entries[0].body.params?.beacon ? "BEACON" : "REVEAL";
  run.facts.isVoid = needOrder(types, ["COMMIT", "LOCK", third, "RESULT"]);
  const goesBack = entries.some((entry, i) => i > 0 && entry.ts < entries[i - 1].ts);
  need(!goesBack, "The times in the log go backwards.");
  run.entry = Object.fromEntries(entries.map((entry) => [entry.type, entry]));
  return {
    words: run.facts.isVoid
      ? "The steps are in order, and the last one calls the draw off."
      : "The steps happened in the right order: promise, closed list, chance, result.",
    numbers: entries.map((entry) => [entry.type, momentOf(entry.ts)]),
  };
}

function witnessedHashes(run) {
  const { commit, lock, known = {} } = run.options;
  const kept = known[run.bundle.params.draw_id] ?? {};
  const clean = (hash) => (hash ? String(hash).trim().toLowerCase() : "");
  return { COMMIT: clean(commit) || clean(kept.commit), LOCK: clean(lock) || clean(kept.lock) };
}

async function checkWitness(run) {
  const numbers = [];
  const names = { COMMIT: "promise", LOCK: "closed list" };
  for (const [type, seen] of Object.entries(witnessedHashes(run))) {
    if (!seen) continue;
    const entry = run.entry[type];
    const stated = entry ? run.bundle.log[entry.seq].hash : "no such entry";
    const pair = [["Kept from before", seen], ["In this file", stated]];
    need(seen === stated, `The ${names[type]} is not the one you saw before: it was changed.`, pair);
    run.facts.witnessed.push(type.toLowerCase());
    numbers.push([`${type} kept and found`, seen]);
  }
  if (numbers.length === 0) {
    const words = "You kept no fingerprint from before the draw, so nothing can be compared with it.";
    return { ok: null, words };
  }
  return { words: "The fingerprints kept from before are exactly the ones in this log.", numbers };
}

async function checkParams(run) {
  const { body, ts } = run.entry.COMMIT;
  const { params } = run.bundle;
  need(hasExactly(body, "params", "params_hash"), "The first entry is not a promise of terms.");
  need(isSame(body.params, params), "The terms in the file are not the terms promised.");
  run.ph = await paramsHash(params);
  const numbers = [["Fingerprint of the terms", toHex(run.ph)], ["Published", momentOf(ts)]];
  need(body.params_hash === toHex(run.ph), "The terms do not match their fingerprint.", numbers);
  need(ts < params.opens_at, "The terms were published only after entries had opened.", numbers);
  return { words: "All terms were fixed and published before the first entry.", numbers };
}

async function checkSeed(run) {
  const { server_seed: seed, params } = run.bundle;
  const isPublic = run.entry.REVEAL || (run.entry.LOCK && params.beacon);
  if (!isPublic) {
    need(seed === null, "The file has a secret that the log does not have.");
    return { ok: null, words: "The draw was called off, so its secret was never needed." };
  }
  need(isHex64(seed), "The secret is not 64 hexadecimal characters.");
  const hash = toHex(await sha256(bytesOf(seed)));
  const numbers = [["Secret", seed], ["Its SHA-256", hash], ["Promised", params.server_seed_hash]];
  need(hash === params.server_seed_hash, "The secret is not the one promised.", numbers);
  return { words: "The secret used is the very one promised beforehand.", numbers };
}

/** Step 1: the file and its log. */
export const checkLogOf = (input) => async (run) => {
  await run.check("log.file", () => checkFile(run, input));
  await run.check("log.chain", () => checkChain(run));
  await run.check("log.entries", () => checkEntries(run));
  await run.check("log.order", () => checkOrder(run));
  await run.check("log.witness", () => checkWitness(run));
};

/** Step 2: the promise. */
export async function checkCommit(run) {
  await run.check("commit.params", () => checkParams(run));
  await run.check("commit.seed", () => checkSeed(run));
}
