// What this browser remembers: how far each chat was read, and whether the tour is folded. It may be forbidden to remember.

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // private windows: then it is remembered until the page is left
  }
}

const SEEN = "plan-e-seen";
const TOUR = "plan-e-tour";

/** The id up to which a chat of the world `code` was read. */
export function seenUpTo(code, chat) {
  const all = read(SEEN);
  return all.code === code ? (all[chat] ?? 0) : 0;
}

export function rememberSeen(code, chat, id) {
  const all = read(SEEN);
  const before = all.code === code ? all : { code };
  if ((before[chat] ?? 0) < id) write(SEEN, { ...before, [chat]: id });
}

export const tourFolded = () => read(TOUR).folded === true;

export const rememberTour = (folded) => write(TOUR, { folded });
