// Messages by keyboard: one of them is a tab stop, arrows go from one to the next, R replies.

const MOVES = { ArrowUp: -1, ArrowDown: 1 };

/** Lets the messages within `log` be walked through. */
export function rove(log) {
  log.addEventListener("focusin", ({ target }) => target.matches(".message") && hold(log, target));
  log.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = event.target.closest(".message");
    if (event.target === log) enter(log, event);
    else if (here && event.key in MOVES) walk(log, here, event);
    else if (event.target === here && (event.key === "r" || event.key === "R")) reply(here, event);
  });
}

/** From the log itself, arrow up takes the last message that is to be seen. */
function enter(log, event) {
  if (event.key !== "ArrowUp") return;
  const bottom = log.getBoundingClientRect().bottom;
  const seen = [...log.querySelectorAll(".message")].findLast((one) => one.getBoundingClientRect().top < bottom - 20);
  if (!seen) return;
  event.preventDefault();
  go(seen);
}

function walk(log, here, event) {
  const all = [...log.querySelectorAll(".message")];
  const next = all[all.indexOf(here) + MOVES[event.key]];
  event.preventDefault();
  if (next) go(next);
}

function go(message) {
  message.focus({ preventScroll: true });
  message.scrollIntoView({ block: "nearest" });
}

function reply(message, event) {
  event.preventDefault();
  message.querySelector("[data-reply]").click();
}

/** Makes `message` the one that can be tabbed to. */
function hold(log, message) {
  if (message.tabIndex === 0) return;
  for (const one of log.querySelectorAll('.message[tabindex="0"]')) mark(one, -1);
  mark(message, 0);
}

function mark(message, tabindex) {
  message.tabIndex = tabindex;
  message.querySelector("[data-reply]").tabIndex = tabindex;
}
