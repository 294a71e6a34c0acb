// The line to the server: events come in and are taken up again after a break, posts go out.

import { word } from "./dom.js";

const FIRST_WAIT = 400; // milliseconds before the first new try
const LONGEST_WAIT = 8000;
const EVENTS = ["world", "message", "state", "toast"];

/**
 * Keeps a stream of events open. `at()` tells the world and revision known so far; `heard[type]` is given each event's data;
 * `connected` is told whether the line stands.
 */
export function listen({ at, heard, connected }) {
  let source;
  let wait = FIRST_WAIT;
  let timer;

  function open() {
    clearTimeout(timer);
    source?.close();
    const { world, since } = at();
    source = new EventSource(`/sandbox/events?${new URLSearchParams({ world, since })}`);
    source.onopen = () => {
      wait = FIRST_WAIT;
      connected(true);
    };
    source.onerror = again;
    for (const type of EVENTS) {
      source.addEventListener(type, (event) => heard[type](JSON.parse(event.data)));
    }
  }

  function again() {
    source.close();
    connected(false);
    clearTimeout(timer);
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function hurry() {
    if (source.readyState === EventSource.CLOSED && !document.hidden) open();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  addEventListener("pageshow", hurry);
  addEventListener("pagehide", () => source.close());
  open();
}

/** Why something was not taken, in words for a person; `lost` where nobody answered at all. */
export class Refusal extends Error {
  constructor(words, { lost = false } = {}) {
    super(words);
    this.lost = lost;
  }
}

/** Posts values as JSON. */
export function post(path, values) {
  return send(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(values) });
}

/** Posts a file as it is. */
export function postFile(path, file) {
  return send(path, { headers: { "Content-Type": "application/octet-stream" }, body: file });
}

async function send(path, request) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", ...request });
  } catch {
    throw new Refusal(word("lost-tap"), { lost: true });
  }
  if (!answer.ok) throw new Refusal(await reason(answer));
}

async function reason(answer) {
  try {
    const { error } = await answer.json();
    return error || word("refused");
  } catch {
    return word("refused");
  }
}
