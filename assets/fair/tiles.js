/** What the replay shows of a list: which places, and what people call them. */

const ALL_SHOWN = 60;
const SPREAD = 24;
const AROUND = 4;
const WINNERS_SHOWN = 3;
const LAST_DIGITS = /-(\d{1,9})$/;

/**
 * Return [{index, ticket_id}] in order: all of up to 60, else a spread plus the winners' places.
 *
 * `names` maps places to ticket ids; a place it does not know has "" for one.
 */
export function sampleOf(n, names, winnerIndexes) {
  const chosen = new Set();
  for (let i = 0; i < Math.min(n, ALL_SHOWN); i += 1) {
    chosen.add(n <= ALL_SHOWN ? i : Math.floor((i * n) / ALL_SHOWN));
  }
  for (const winner of winnerIndexes.slice(0, WINNERS_SHOWN)) {
    for (let i = winner - AROUND; i <= winner + AROUND; i += 1) if (i >= 0 && i < n) chosen.add(i);
  }
  const order = [...chosen].sort((left, right) => left - right);
  return order.map((index) => ({ index, ticket_id: names.get(index) ?? "" }));
}

/** Tell whether all places fit on the screen as tiles. */
export function fitsTiles(n) {
  return n <= ALL_SHOWN;
}

/** Return the number people know an entry by: its seat or ticket number, else its place. */
export function numberOf({ ticket_id: id, index }) {
  const found = LAST_DIGITS.exec(id);
  return found ? Number(found[1]) : index + 1;
}

/** Return a count as readers of that currency group its digits. */
export function countText(number, currency) {
  return number.toLocaleString(currency === "INR" ? "en-IN" : "en-US");
}

/** Return "Seat" for a monthly draw of a circle, else "Ticket". */
export function nounOf(kind) {
  return kind === "monthly" ? "Seat" : "Ticket";
}

/** Return the places a strip runs past, the winner in the middle of its last stretch. */
export function stripOf(sample, winnerIndex) {
  const at = sample.findIndex((one) => one.index === winnerIndex);
  const wrap = (i) => sample[((i % sample.length) + sample.length) % sample.length];
  return Array.from({ length: SPREAD + 2 * AROUND + 1 }, (_, i) => wrap(at - SPREAD - AROUND + i));
}

/** Return the place of the winner within stripOf. */
export const WINNER_IN_STRIP = SPREAD + AROUND;
