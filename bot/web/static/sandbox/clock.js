// The clock: what the server says, ticking on by itself where nothing pushes it, and the buttons that push it.

import { setText } from "./dom.js";
import { toast } from "./toasts.js";
import { post } from "./wire.js";
import { city, clock, day, full, shortDay, wall } from "./when.js";

const NIGHT = 22;
const MORNING = 7;
const shown = document.querySelector("[data-now]");
const buttons = [...document.querySelectorAll("[data-clock]")];
const hands = { hours: document.querySelector(".hand.hours"), minutes: document.querySelector(".hand.minutes") };
let base = null; // the last instant the server told, and when it did

/** Takes what the server says of the clock. */
export function setClock({ now, moving, playing, preparing }) {
  base = { now: Date.parse(now), heard: performance.now(), still: moving || playing || preparing };
  document.body.dataset.moving = Boolean(moving);
  document.body.dataset.playing = Boolean(playing);
  document.body.dataset.preparing = Boolean(preparing);
  for (const element of document.querySelectorAll(".status .settling")) element.hidden = !preparing;
  offer(moving || playing, preparing);
  draw();
}

/** Which buttons can be pressed now. */
function offer(runs, preparing) {
  const [play, pause] = ["play", "pause"].map((name) => buttons.find((one) => one.dataset.clock === name));
  const focused = document.activeElement;
  play.hidden = runs;
  pause.hidden = !runs;
  if (focused === play || focused === pause) (runs ? pause : play).focus();
  for (const button of buttons) {
    const waits = preparing || (runs && button !== pause);
    if (waits) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

function draw() {
  if (!base) return;
  const at = new Date(base.now + (base.still ? 0 : performance.now() - base.heard));
  const iso = `${at.toISOString().slice(0, 19)}+00:00`;
  shown.dataset.now = iso;
  shown.dateTime = iso;
  shown.title = `${full(at)} ${city()}`;
  setText(shown.querySelector(".now-time"), clock(at));
  setText(shown.querySelector(".now-day .long"), `${day(at)}, ${city()}`);
  setText(shown.querySelector(".now-day .short"), `${shortDay(at)}, ${city()}`);
  turn(wall(at));
}

function turn({ hours, minutes }) {
  hands.hours.style.transform = `rotate(${(hours % 12) * 30 + minutes / 2}deg)`;
  hands.minutes.style.transform = `rotate(${minutes * 6}deg)`;
  document.body.dataset.night = hours >= NIGHT || hours < MORNING;
}

async function push({ currentTarget: button }) {
  if (button.hasAttribute("aria-disabled")) return;
  try {
    await post("/sandbox/clock", { to: button.dataset.clock });
  } catch (refusal) {
    toast(refusal.message);
  }
}

for (const button of buttons) button.addEventListener("click", push);
setInterval(draw, 1000);
