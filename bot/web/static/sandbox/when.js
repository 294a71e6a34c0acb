// Instants as the page shows them: in the sandbox's zone, and where asked in the browser's own.

const DAY = { weekday: "long", day: "numeric", month: "long" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const FULL = { weekday: "short", day: "numeric", month: "short", year: "numeric", ...CLOCK };
const KEY = { year: "numeric", month: "2-digit", day: "2-digit" };
const made = new Map();
let zone = "UTC";

/** Shows everything in `name` from now on; says whether that is a change. */
export function setZone(name) {
  const known = isZone(name) ? name : "UTC";
  const changed = known !== zone;
  zone = known;
  return changed;
}

function isZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function format(at, options, where = zone) {
  const key = JSON.stringify([options, where]);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", { ...options, timeZone: where }));
  return made.get(key).format(new Date(at));
}

/** "18:30" */
export const clock = (at) => format(at, CLOCK);

/** "Thursday 19 November" */
export const day = (at) => format(at, DAY).replace(",", "");

/** "Thu 19 Nov" */
export const shortDay = (at) => format(at, { weekday: "short", day: "numeric", month: "short" }).replace(",", "");

/** The day as something to compare: equal for two instants of one day, greater for a later one. */
export const dayKey = (at) => format(at, KEY).split("/").reverse().join("-");

/** "Thu 19 Nov 2026, 18:30" */
export const full = (at) => tidy(format(at, FULL));

/** The same where the browser is. */
export const fullHere = (at) => tidy(format(at, FULL, Intl.DateTimeFormat().resolvedOptions().timeZone));

/** "London" */
export const city = () => zone.split("/").at(-1).replaceAll("_", " ");

/** Hours and minutes as numbers, for the hands. */
export function wall(at) {
  const [hours, minutes] = clock(at).split(":").map(Number);
  return { hours, minutes };
}

function tidy(text) {
  return text.replace(/^(\w+),/, "$1").replace(" at ", ", ");
}
