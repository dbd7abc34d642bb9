/** The background thread of a verification, so that the page stays responsive. */

import { Unavailable, verifySource } from "./source.js";

self.addEventListener("message", async ({ data }) => {
  const options = {
    ...data.options,
    onCheck: (check) => self.postMessage({ type: "check", check }),
    onProgress: (progress) => self.postMessage({ type: "progress", progress }),
  };
  try {
    const result = await verifySource(data.source, options);
    self.postMessage({ type: "done", result });
  } catch (error) {
    const words = error instanceof Unavailable ? error.message : "The proof could not be read.";
    self.postMessage({ type: "unavailable", words });
  }
});
self.postMessage({ type: "ready" });
