/** One verification shown by a Report: start, cancel, finish. */

import { NotVerified, verifyInBackground } from "./runner.js";

export class Session {
  /** `onState` hears "running" and "idle"; `onResult` the outcome of every finished run. */
  constructor(report, { onState, onResult }) {
    this.report = report;
    this.onState = onState;
    this.onResult = onResult;
    this.running = null;
  }

  cancel() {
    this.running?.abort();
    this.running = null;
  }

  /** Stop what runs and empty the report. */
  reset() {
    this.cancel();
    this.report.clear();
    this.onState("idle");
  }

  async run(source, options) {
    this.cancel();
    const control = new AbortController();
    this.running = control;
    this.report.start();
    this.onState("running");
    try {
      await this.follow(source, options, control.signal);
    } catch (error) {
      if (this.running === control) this.explain(error);
    }
    if (this.running !== control) return;
    this.running = null;
    this.onState("idle");
  }

  async follow(source, options, signal) {
    const started = performance.now();
    const { report } = this;
    const result = await verifyInBackground(source, {
      ...options,
      signal,
      onCheck: (check) => signal.aborted || report.add(check),
      onProgress: (progress) => signal.aborted || report.show(progress),
    });
    const seconds = (performance.now() - started) / 1000;
    await report.finish(result, seconds);
    if (!signal.aborted) this.onResult({ ...result, seconds });
  }

  explain(error) {
    this.report.clear();
    const words = error instanceof NotVerified ? error.message : "Something went wrong in this browser.";
    this.report.conclude("warn", "Not checked", [words]);
  }
}
