/** What a verdict says to people: plain, and no more than was checked. */

import { countText, nounOf, numberOf } from "./tiles.js";

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

function winnersText({ winners, kind, currency, n }) {
  if (winners.length === 0) return "Nobody was in the draw, so nobody won.";
  const noun = winners.length > 1 ? "Winners" : "Winner";
  return `${noun}: ${namesOf(winners, kind)}, out of ${countText(n, currency)}.`;
}

function whoseTicket(isOwned) {
  return isOwned ? "Your ticket" : "This ticket";
}

function placeText({ yours, params, pick, isYours, isOwned }, count) {
  const place = countText(yours, params.currency);
  const of = count ? ` of ${countText(count, params.currency)}` : "";
  const ending = pick ? ` It ${isYours ? "won" : "did not win"}.` : "";
  return `${whoseTicket(isOwned)} is number ${place}${of} in the list that was frozen.${ending}`;
}

function holdsTitle({ scope, weak, isYours, isOwned }) {
  if (weak) return "The sums are right, but the proof is weak";
  if (scope !== "ticket") return "This draw holds";
  return `${whoseTicket(isOwned)} was in the draw${isYours ? ", and won" : ""}`;
}

function trueVerdict(result) {
  const { pick, weak, witnessed, scope } = result;
  const lines = scope === "ticket" ? [placeText(result, pick.n)] : [];
  lines.push(winnersText(pick));
  if (weak) {
    lines.push("Weak: nobody outside could have added chance; you trust that the seed was not chosen.");
  }
  if (witnessed.length > 0) {
    lines.push("It is the same draw your device saw before: the fingerprints kept from then match.");
  } else {
    lines.push(
      "No fingerprint from before was at hand, so this shows that the proof agrees with itself.",
    );
  }
  return { tone: weak ? "warn" : "good", title: holdsTitle(result), lines };
}

function headVerdict({ pick, isVoid, reason }) {
  const lines = isVoid ? [`The draw was called off: ${reason}.`] : [winnersText(pick)];
  lines.push(
    "This file has no list, so who was in the draw is not checked. For that take the whole proof, " +
      "or the file of your own ticket.",
  );
  return { tone: "warn", title: "What is here holds, but it is no full check", lines };
}

/** Return {tone, title, lines} for the outcome of a verification. */
export function verdictOf(result) {
  if (result.verdict === "true") return trueVerdict(result);
  if (result.verdict === "head") return headVerdict(result);
  if (result.verdict === "void") {
    const lines = [`Reason: ${result.reason}.`, "Nobody won."];
    if (result.scope === "ticket") lines.unshift(placeText(result));
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
