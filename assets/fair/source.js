/** Fetch or read a proof and verify it; used by the worker, and by the page without one. */

import { verifyBundle } from "./lcd1.js";

/** The proof could not be fetched; `words` are for people. */
export class Unavailable extends Error {}

async function fetched(url, signal) {
  let response;
  try {
    response = await fetch(url, { headers: { accept: "application/json" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unavailable("The proof could not be fetched. Check your connection and try again.");
  }
  if (response.status === 404) throw new Unavailable("There is no proof for this draw yet.");
  if (!response.ok) throw new Unavailable(`The server did not give the proof (${response.status}).`);
  return response.text();
}

/**
 * Verify what `source` names: {url}, {file} (a Blob) or {text}.
 *
 * Throws Unavailable when there is nothing to read, AbortError when cancelled.
 */
export async function verifySource(source, options) {
  options.onProgress?.({ phase: "reading", done: 0, total: 0 });
  const { url, file } = source;
  const text = url ? await fetched(url, options.signal) : await (file ? file.text() : source.text);
  options.onProgress?.({ phase: "checking", done: 0, total: 0 });
  return verifyBundle(text, options);
}
