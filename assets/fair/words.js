/** What a verdict says to people: plain, and no more than was checked. */

import { nounOf, numberOf } from "./tiles.js";

const NAMED = 10;

/** The five steps in order; a check's name begins with its step. */
export const STEPS = Object.freeze([
  ["log", "The public log"],
  ["commit", "The promise made before"],
  ["tickets", "The closed list"],
  ["beacon", "The chance"],
  ["result", "The pick, done again"],
]);

/** Return "Seat 4" or "Ticket 4" for a winner of a pick. */
export function nameOf(winner, kind) {
  return `${nounOf(kind)} ${numberOf(winner)}`;
}

/** Return "Seat 4", or "Seats 4, 9 and 11" for several winners; at most ten are named. */
export function namesOf(winners, kind) {
  if (winners.length === 1) return nameOf(winners[0], kind);
  const numbers = winners.slice(0, NAMED).map(numberOf);
  const last = winners.length > NAMED ? "more" : numbers.pop();
  return `${nounOf(kind)}s ${numbers.join(", ")} and ${last}`;
}

/** Return 4 as "4th". */
export function ordinal(number) {
  const tens = number % 100;
  if (tens > 10 && tens < 14) return `${number}th`;
  return `${number}${["th", "st", "nd", "rd"][number % 10] ?? "th"}`; // codespell:ignore nd
}

function winnersText({ winners, kind, n }) {
  if (winners.length === 0) return "Nobody was in the draw, so nobody won.";
  const noun = winners.length > 1 ? "Winners" : "Winner";
  return `${noun}: ${namesOf(winners, kind)}, out of ${n.toLocaleString("en-IN")}.`;
}

function trueVerdict({ pick, weak, witnessed }) {
  const lines = [winnersText(pick)];
  if (weak) {
    lines.push("Weak: nobody outside could have added chance; you trust that the seed was not chosen.");
  }
  const [title, tone] = weak
    ? ["The sums are right, but the proof is weak", "warn"]
    : ["This draw holds", "good"];
  if (witnessed.length > 0) {
    lines.push("It is the same draw your device saw before: the fingerprints kept from then match.");
  } else {
    lines.push(
      "No fingerprint from before was at hand, so this shows that the proof agrees with itself.",
    );
  }
  return { tone, title, lines };
}

/** Return {tone, title, lines} for the outcome of a verification. */
export function verdictOf(result) {
  if (result.verdict === "true") return trueVerdict(result);
  if (result.verdict === "void") {
    const lines = [`Reason: ${result.reason}.`, "Nobody won."];
    return { tone: "warn", title: "This draw was called off", lines };
  }
  const failed = result.checks.find((check) => check.ok === false);
  if (result.unreadable) {
    const lines = [failed.words, "Download the proof again and take the whole file."];
    return { tone: "warn", title: "Not a proof file", lines };
  }
  if (result.pending) return { tone: "warn", title: "Not drawn yet", lines: [failed.words] };
  return {
    tone: "bad",
    title: "This proof does not hold",
    lines: [failed.words, "Do not rely on this result. Ask the organiser, and keep the file."],
  };
}
