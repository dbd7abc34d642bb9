/**
 * SHA-256 (FIPS 180-4), synchronous.
 *
 * WebCrypto answers one promise per digest, which is too slow for the leaves and nodes of a draw
 * with 100,000 tickets, and is missing on pages without https. Every verification first compares
 * this code with WebCrypto where that exists.
 */

const K = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
const BLOCK = 64;
const LENGTH_AT = 56;

const words = new Int32Array(64);
const state = new Int32Array(8);
const tail = new Uint8Array(2 * BLOCK);

function expand(bytes, at) {
  for (let i = 0, p = at; i < 16; i += 1, p += 4) {
    words[i] = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
  }
  for (let i = 16; i < 64; i += 1) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
}

function compress(bytes, at) {
  expand(bytes, at);
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

function compressTail(input, whole, length) {
  const rest = length - whole;
  tail.fill(0);
  for (let i = 0; i < rest; i += 1) tail[i] = input[whole + i];
  tail[rest] = 0x80;
  const end = rest < LENGTH_AT ? BLOCK : 2 * BLOCK;
  const high = Math.floor(length / 2 ** 29);
  const low = (length << 3) >>> 0;
  for (let i = 0; i < 4; i += 1) {
    tail[end - 8 + i] = high >>> (24 - 8 * i);
    tail[end - 4 + i] = low >>> (24 - 8 * i);
  }
  compress(tail, 0);
  if (end > BLOCK) compress(tail, BLOCK);
}

/**
 * Write the 32-byte digest of the first `length` bytes of `input` into `out` at `offset`.
 *
 * `out` may be the array that holds `input`: it is written only after everything was read.
 */
export function hashInto(input, length, out, offset) {
  state.set(START);
  const whole = length - (length % BLOCK);
  for (let at = 0; at < whole; at += BLOCK) compress(input, at);
  compressTail(input, whole, length);
  for (let i = 0; i < 8; i += 1) {
    out[offset + 4 * i] = state[i] >>> 24;
    out[offset + 4 * i + 1] = state[i] >>> 16;
    out[offset + 4 * i + 2] = state[i] >>> 8;
    out[offset + 4 * i + 3] = state[i];
  }
}

/** Return the 32-byte digest of `bytes`. */
export function sha256Sync(bytes) {
  const out = new Uint8Array(32);
  hashInto(bytes, bytes.length, out, 0);
  return out;
}
