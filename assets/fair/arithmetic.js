/**
 * The bytes of LCD1: parameters, leaves, tree, lock, mix and the pick.
 *
 * Single hashes go through WebCrypto; the many hashes of the ticket tree through sha256.js.
 */

import { canonical } from "./json.js";
import { hashInto, sha256Sync } from "./sha256.js";

const encoder = new TextEncoder();
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const NIBBLE = new Uint8Array(128);
for (let i = 0; i < 16; i += 1) NIBBLE["0123456789abcdef".charCodeAt(i)] = i;

const RANGE = 2 ** 32;
const HEX64 = /^[0-9a-f]{64}$/;
const DIGEST = 32;

/** The hash of a ticket list without tickets, and the beacon hash of a draw without a beacon. */
export const EMPTY_ROOT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
export const NO_BEACON = new Uint8Array(DIGEST);

/** Tell whether `value` is 64 lower-case hexadecimal characters. */
export function isHex64(value) {
  return typeof value === "string" && HEX64.test(value);
}

/** Return the bytes of a text; LCD1 texts are ASCII. */
export function bytesOf(text) {
  return encoder.encode(text);
}

/** Return lower-case hexadecimal. */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Return the bytes of lower-case hexadecimal text of even length. */
export function fromHex(text) {
  const out = new Uint8Array(text.length / 2);
  writeHex(text, out, 0);
  return out;
}

function writeHex(text, out, offset) {
  for (let i = 0; i < text.length; i += 2) {
    out[offset + i / 2] = (NIBBLE[text.charCodeAt(i)] << 4) | NIBBLE[text.charCodeAt(i + 1)];
  }
}

/** Return all parts, one after the other. */
export function join(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Return `value` as 4 bytes, big end first. */
export function u32(value) {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Return `value` (0 to 2^53 - 1) as 8 bytes, big end first. */
export function u64(value) {
  return join(u32(Math.floor(value / RANGE)), u32(value % RANGE));
}

/** Return the SHA-256 of `bytes`, by WebCrypto where the page has it. */
export async function sha256(bytes) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return sha256Sync(bytes);
  return new Uint8Array(await subtle.digest("SHA-256", bytes));
}

/** Compare sha256.js with WebCrypto on random bytes; true when equal or nothing to compare. */
export async function hashesAgree() {
  const sample = globalThis.crypto.getRandomValues(new Uint8Array(191));
  return toHex(await sha256(sample)) === toHex(sha256Sync(sample));
}

/** Return ph, the 32-byte hash of the parameters. */
export function paramsHash(params) {
  return sha256(join(bytesOf("LCD1/params\0"), bytesOf(canonical(params))));
}

/** Hashes tickets of one draw into leaves, reusing one buffer. */
export class LeafHasher {
  constructor(ph) {
    const head = join(Uint8Array.of(0), bytesOf("LCD1/ticket\0"), ph);
    this.start = head.length;
    this.buffer = new Uint8Array(1024);
    this.buffer.set(head);
  }

  /** Write the leaf of the ticket at `index` into `out` at `offset`. */
  into(index, ticket, out, offset) {
    const { buffer } = this;
    let at = this.number(index, this.start);
    at = this.text(ticket.ticket_id, at);
    writeHex(ticket.owner, buffer, at);
    at = this.text(ticket.client_seed, at + DIGEST);
    at = this.number(Math.floor(ticket.issued_ms / RANGE), at);
    at = this.number(ticket.issued_ms % RANGE, at);
    writeHex(ticket.seal, buffer, at);
    hashInto(buffer, at + DIGEST, out, offset);
  }

  number(value, at) {
    for (let i = 0; i < 4; i += 1) this.buffer[at + i] = value >>> (24 - 8 * i);
    return at + 4;
  }

  text(value, at) {
    const { buffer } = this;
    buffer[at] = value.length >>> 8;
    buffer[at + 1] = value.length;
    for (let i = 0; i < value.length; i += 1) buffer[at + 2 + i] = value.charCodeAt(i);
    return at + 2 + value.length;
  }
}

/**
 * Return the RFC 6962 root of `count` leaves lying one after the other; overwrites them.
 *
 * Pairing level by level and carrying an odd last node upwards gives the same tree as splitting at
 * the largest power of two. Source: RFC 6962, section 2.1.
 */
export function treeRoot(leaves, count) {
  if (count === 0) return fromHex(EMPTY_ROOT);
  const node = new Uint8Array(1 + 2 * DIGEST);
  node[0] = 1;
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    for (let i = 0; i + 1 < width; i += 2) {
      node.set(leaves.subarray(i * DIGEST, (i + 2) * DIGEST), 1);
      hashInto(node, node.length, leaves, (i / 2) * DIGEST);
    }
    if (width % 2) leaves.copyWithin(((width - 1) / 2) * DIGEST, (width - 1) * DIGEST, width * DIGEST);
  }
  return leaves.slice(0, DIGEST);
}

/**
 * Return the root that leaf `index` of `count` and its path lead to, or null when the path is not
 * as long as the place has it. Source: RFC 6962, section 2.1.1.
 */
export function rootFromPath(leaf, index, count, path) {
  const node = new Uint8Array(1 + 2 * DIGEST);
  node[0] = 1;
  const top = leaf.slice();
  let used = 0;
  for (let at = index, width = count; width > 1; at = Math.floor(at / 2), width = Math.ceil(width / 2)) {
    const isRight = at % 2 === 1;
    // An odd last node has no neighbour and is carried up.
    if (!isRight && at + 1 === width) continue;
    if (used === path.length) return null;
    node.set(isRight ? path[used] : top, 1);
    node.set(isRight ? top : path[used], 1 + DIGEST);
    hashInto(node, node.length, top, 0);
    used += 1;
  }
  return used === path.length ? top : null;
}

/** Return the hash that hides the owner of an entry. */
export function ownerHash(userId, salt) {
  const id = bytesOf(userId);
  const length = Uint8Array.of(id.length >>> 8, id.length);
  return sha256(join(bytesOf("LCD1/owner\0"), length, id, salt));
}

/** Return L, the 32-byte hash that closes the list. */
export function lockHash(ph, count, root) {
  return sha256(join(bytesOf("LCD1/lock\0"), ph, u32(count), root));
}

/** Return K, the 64 characters that mix list and beacon. */
export async function mixOf(lock, round, beaconHash) {
  return toHex(await sha256(join(bytesOf("LCD1/mix\0"), lock, u64(round), beaconHash)));
}

/** Return the next hash of the log. */
export async function chainHash(seq, before, entryText) {
  const inner = await sha256(bytesOf(entryText));
  return sha256(join(bytesOf("LCD1/log\0"), u64(seq), before, inner));
}

/**
 * Return which of `m` places the number `x` below `range` names, or -1 when it must be rejected.
 *
 * The numbers from the largest multiple of m upwards would favour the first places.
 */
export function placeOf(x, m, range = RANGE) {
  return x < range - (range % m) ? x % m : -1;
}

/**
 * Draw one of `m` places (1 to 2^32), starting at `nonce`.
 *
 * Returns idx, the nonce and hash used, the number x and how many hashes were rejected.
 */
export async function sample(seed, mix, m, nonce) {
  for (let at = nonce; ; at += 1) {
    const hash = toHex(await sha256(bytesOf(seed + mix + at)));
    const x = parseInt(hash.slice(0, 8), 16);
    const idx = placeOf(x, m);
    if (idx >= 0) return { idx, nonce: at, hash, x, rejected: at - nonce };
  }
}

/** Return the place that is `idx`-th among those not in `taken` (ascending), and take it. */
function take(taken, idx) {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    // Before the middle one lie taken[middle] - middle places that are left.
    if (taken[middle] - middle > idx) high = middle;
    else low = middle + 1;
  }
  taken.splice(low, 0, idx + low);
  return idx + low;
}

/**
 * Pick min(winners, n) different positions; each with of (= m), idx, position, nonce, hash, x.
 *
 * Only the places taken are kept, so a list of a million costs no more than one of ten.
 */
export async function pickAll(seed, mix, n, winners) {
  const taken = [];
  const picked = [];
  let nonce = 0;
  while (picked.length < Math.min(winners, n)) {
    const of = n - picked.length;
    const found = await sample(seed, mix, of, nonce);
    picked.push({ ...found, of, position: take(taken, found.idx) });
    nonce = found.nonce + 1;
  }
  return picked;
}

/**
 * Repeat the older arithmetic: sha256(server + client + nonce), first 8 digits modulo n.
 *
 * Nothing in it was committed to before the draw, so it proves arithmetic, not fairness.
 * `daily_position` is the position (from 1) of the oldest daily formula.
 */
export async function legacyPick({ server_seed: seed, client_seed: client, nonce, n }) {
  const hash = toHex(await sha256(bytesOf(`${seed}${client}${nonce}`)));
  const seedHash = toHex(await sha256(bytesOf(seed)));
  const first = (text) => parseInt(text.slice(0, 8), 16);
  return {
    hash,
    index: first(hash) % n,
    server_seed_hash: seedHash,
    daily_position: (first(seedHash) % n) + 1,
  };
}
