/** Checks of step 3: the whole list, one ticket's place in it, or only what LOCK says of it. */

import {
  LeafHasher, fromHex, isHex64, lockHash, ownerHash, rootFromPath, toHex, treeRoot,
} from "./arithmetic.js";
import { isCanonicalText } from "./json.js";
import { hasExactly, isObject, isWhole, momentOf, need } from "./run.js";

const MAX_ID = 128;
const MAX_CLIENT_SEED = 64;
const MAX_TICKETS = 2 ** 24;
const MAX_COUNT = 2 ** 32;
const DIGEST = 32;
const SALT = /^[0-9a-f]{32}$/;

/** Tell whether `value` can be the printed number of an entry. */
export function isTicketId(value) {
  return isCanonicalText(value) && value.length > 0 && value.length <= MAX_ID;
}

function problemOf(ticket, params) {
  if (!isObject(ticket)) return "is not readable";
  const { ticket_id: id, client_seed: seed, issued_ms: issued } = ticket;
  if (!isTicketId(id)) return "has no proper number";
  if (!isHex64(ticket.owner) || !isHex64(ticket.seal)) return "has a broken owner or seal";
  if (!isCanonicalText(seed) || seed.length < 1 || seed.length > MAX_CLIENT_SEED) {
    return "has no phrase of 1 to 64 characters";
  }
  if (!isWhole(issued)) return "has no proper time";
  if (issued < params.opens_at || issued > params.locks_at) return "was issued outside the open time";
  return "";
}

async function checkTickets(run) {
  const { params, tickets } = run.bundle;
  need(Array.isArray(tickets) && tickets.length < MAX_TICKETS, "The list of entries is not readable.");
  need(run.entry.LOCK || tickets.length === 0, "The list was never closed, yet the file has entries.");
  const leaves = new Uint8Array(tickets.length * DIGEST);
  const hasher = new LeafHasher(run.ph);
  const seen = new Set();
  for (const [i, ticket] of tickets.entries()) {
    const problem = problemOf(ticket, params);
    need(!problem, `Entry ${i + 1} ${problem}.`);
    need(!seen.has(ticket.ticket_id), `Entry ${i + 1} has a number that is already taken.`);
    seen.add(ticket.ticket_id);
    run.names.set(i, ticket.ticket_id);
    hasher.into(i, ticket, leaves, i * DIGEST);
    if (i % 1024 === 0) await run.breathe("tickets", i, tickets.length);
  }
  run.count = tickets.length;
  run.root = treeRoot(leaves, tickets.length);
  const count = tickets.length.toLocaleString("en-IN");
  if (tickets.length === 0) return { words: "The list has no entries." };
  return {
    words: `All ${count} entries are well formed, different, and were made while the draw was open.`,
    numbers: [["Entries", count]],
  };
}

async function checkTicket(run) {
  const { params, ticket, index, n, path } = run.bundle;
  need(run.entry.LOCK, "The list was never closed, so a ticket has no place in it.");
  const problem = problemOf(ticket, params);
  need(!problem, `The ticket ${problem}.`);
  need(isWhole(n) && n < MAX_COUNT, "The number of entries is not readable.");
  need(isWhole(index) && index < n, "The list has no such place.");
  need(Array.isArray(path) && path.every(isHex64), "The path to the list is not readable.");
  const leaf = new Uint8Array(DIGEST);
  new LeafHasher(run.ph).into(index, ticket, leaf, 0);
  run.root = rootFromPath(leaf, index, n, path.map(fromHex));
  need(run.root, "The path to the list belongs to another place.");
  run.count = n;
  run.names.set(index, ticket.ticket_id);
  run.facts.yours = index + 1;
  run.facts.isOwned = Object.hasOwn(run.bundle, "opening");
  return {
    words: `Ticket ${ticket.ticket_id} is well formed and was made while the draw was open.`,
    numbers: [
      ["Phrase", ticket.client_seed], ["Bought", momentOf(ticket.issued_ms)], ["Seal", ticket.seal],
    ],
  };
}

async function checkMissing(run) {
  const { n, root } = run.bundle;
  if (!run.entry.LOCK) return { ok: null, words: "This file has no list, and none was ever closed." };
  need(isWhole(n) && n < MAX_COUNT, "The number of entries is not readable.");
  need(isHex64(root), "The fingerprint of the list is not readable.");
  run.count = n;
  run.root = fromHex(root);
  return {
    ok: null,
    words: "The list itself is not in this file, so who was in it is NOT checked here.",
    numbers: [["Entries stated", String(n)]],
  };
}

async function checkNoList(run) {
  const { n, root } = run.bundle;
  need(n === null && root === null, "The list was never closed, yet the file has a count of it.");
  return { ok: null, words: "The draw was called off before its list was closed." };
}

const FLAWS = {
  list: "The list was changed after it was closed.",
  ticket: "The ticket is not in the list that was closed.",
  head: "The fingerprint of the list is not the one that was closed.",
};

function heldWords(run) {
  if (run.facts.scope === "ticket") {
    const whose = run.facts.isOwned ? "Your ticket" : "This ticket";
    return `${whose} is number ${run.facts.yours} of ${run.count} in the list that was frozen.`;
  }
  if (run.facts.scope === "head") return "The lock fits the number and the fingerprint stated.";
  return "The list is exactly the one that was closed: same entries, same order.";
}

async function checkRoot(run) {
  const { LOCK: entry } = run.entry;
  if (!entry) return checkNoList(run);
  const { n, root, params } = run.bundle;
  const keys = ["n", "root", "lock_hash", ...(params.beacon ? ["server_seed"] : [])];
  need(hasExactly(entry.body, ...keys), "The entry that closes the list is incomplete.");
  const { count } = run;
  need(n === count && entry.body.n === count, `The list has ${count} entries, but another count was locked.`);
  const top = toHex(run.root);
  run.lockHash = await lockHash(run.ph, count, run.root);
  const numbers = [["Fingerprint of the list", top], ["Lock hash", toHex(run.lockHash)]];
  const flaw = FLAWS[run.facts.scope];
  need(root === top && entry.body.root === top, flaw, numbers);
  need(entry.body.lock_hash === toHex(run.lockHash), "The lock does not belong to this list.", numbers);
  return { words: heldWords(run), numbers };
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
  need(run.facts.scope !== "head", "This file has no list to find your entry in.");
  const found = [...run.names].find(([, name]) => name === id);
  need(found, `Your entry ${id} is not in the list.`);
  const [index] = found;
  run.facts.yours = index + 1;
  const { client_seed: phrase, seal } = run.bundle.ticket ?? run.bundle.tickets[index];
  return {
    words: `Your entry ${id} is in the list, at place ${index + 1}.`,
    numbers: [["Phrase", phrase], ["Seal", seal]],
  };
}

async function checkOwner(run) {
  const { opening, ticket } = run.bundle;
  const isShaped = hasExactly(opening, "user_id", "salt") && isCanonicalText(opening.user_id);
  need(isShaped && SALT.test(opening.salt), "What should show the owner is not readable.");
  const owner = toHex(await ownerHash(opening.user_id, fromHex(opening.salt)));
  const numbers = [["Account", opening.user_id], ["Salt", opening.salt], ["Hidden owner", owner]];
  need(owner === ticket.owner, "The ticket belongs to somebody else.", numbers);
  return { words: "The hidden owner of this ticket is your account.", numbers };
}

/** Step 3: who was in the draw. */
export async function checkList(run) {
  const { scope } = run.facts;
  const form = { list: checkTickets, ticket: checkTicket, head: checkMissing }[scope];
  await run.check(scope === "head" ? "tickets.missing" : "tickets.form", () => form(run));
  await run.check("tickets.root", () => checkRoot(run));
  if (run.entry.LOCK) await run.check("tickets.time", () => checkLockTime(run));
  if (run.options.ticket) await run.check("tickets.yours", () => checkYours(run));
  if (run.facts.isOwned) await run.check("tickets.owner", () => checkOwner(run));
}
