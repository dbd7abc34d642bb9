/** Run a verification in a background thread, with progress and cancel. */

import { recallAll } from "./store.js";

/** The proof could not be fetched or read; the message is for people. */
export class NotVerified extends Error {}

async function onThisThread(source, options) {
  const { Unavailable, verifySource } = await import("./source.js");
  try {
    return await verifySource(source, options);
  } catch (error) {
    throw error instanceof Unavailable ? new NotVerified(error.message) : error;
  }
}

function startWorker() {
  try {
    return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}

function listen(worker, job, settle) {
  const { options } = job;
  const reactions = {
    ready: () => worker.postMessage({ source: job.source, options: job.plain }),
    check: ({ check }) => options.onCheck?.(check),
    progress: ({ progress }) => options.onProgress?.(progress),
    done: ({ result }) => settle.resolve(result),
    unavailable: ({ words }) => settle.reject(new NotVerified(words)),
  };
  let isReady = false;
  worker.addEventListener("message", ({ data }) => {
    isReady = true;
    reactions[data.type](data);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    if (isReady) settle.reject(new NotVerified("The proof could not be read."));
    else onThisThread(job.source, { ...job.plain, ...options }).then(settle.resolve, settle.reject);
  });
}

/**
 * Verify {url}, {file} or {text} against everything this device remembers.
 *
 * Args:
 *   options: commit, lock, ticket, drawId, onCheck, onProgress, signal as for verifyBundle.
 *
 * Throws NotVerified when there is nothing to read, AbortError when the signal cancels.
 */
export function verifyInBackground(source, options = {}) {
  const { commit, lock, ticket, drawId, signal } = options;
  const plain = { commit, lock, ticket, drawId, known: recallAll() };
  const place = source.url ? { url: new URL(source.url, document.baseURI).href } : source;
  const worker = startWorker();
  if (!worker) return onThisThread(place, { ...options, ...plain });
  const work = new Promise((resolve, reject) => {
    listen(worker, { source: place, options, plain }, { resolve, reject });
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return work.finally(() => worker.terminate());
}
