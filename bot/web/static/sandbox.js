// The sandbox page: joins the line to the server, the clock, the tour and the two chats.

import { Attached } from "./sandbox/attached.js";
import { Chat } from "./sandbox/chat.js";
import { setClock } from "./sandbox/clock.js";
import { Composer } from "./sandbox/composer.js";
import { mayForget } from "./sandbox/dialogs.js";
import { Presses } from "./sandbox/presses.js";
import { rememberSeen, seenUpTo } from "./sandbox/seen.js";
import { fitScreen } from "./sandbox/screen.js";
import { Tabs } from "./sandbox/tabs.js";
import { toast } from "./sandbox/toasts.js";
import { Tour } from "./sandbox/tour.js";
import { setZone } from "./sandbox/when.js";
import { listen, post } from "./sandbox/wire.js";

let world = null;
let revision = 0;
let zoneKnown = false;
let burst = new Map(); // messages that came since the last frame, by id; the newest of each

const around = { isCommand, waits: (message, what) => presses.waits(message, what) };
const chats = Object.fromEntries(
  ["private", "group"].map((name) => [name, new Chat(document.querySelector(`[data-chat="${name}"]`), around)]),
);
const tabs = new Tabs(chats);
const attached = new Attached(chats.private.root);
const composers = { private: new Composer(chats.private, attached), group: new Composer(chats.group) };
const presses = new Presses({
  chats,
  open: (name) => tabs.open(name),
  say: (name, words) => composers[name].tapped(words),
  reply: (name, id) => composers[name].reply(id),
});
const tour = new Tour({ chats, tabs, startAnew });

attached.changed = () => composers.private.grow();
for (const button of document.querySelectorAll("[data-fresh]")) button.addEventListener("click", startAnew);
for (const name of Object.keys(chats)) chats[name].scroll.seen = (id) => rememberSeen(world?.code, name, id);
fitScreen();
listen({
  at: () => ({ world: world?.code ?? "", since: revision }),
  connected: (stands) => {
    document.body.dataset.connected = stands;
    document.querySelector(".reconnecting").hidden = stands;
  },
  heard: { world: takeWorld, message: takeMessage, state: takeState, toast: (answer) => presses.answered(answer) },
});

function takeWorld(told) {
  if (told.code !== world?.code) {
    revision = 0;
    burst = new Map();
    for (const [name, chat] of Object.entries(chats)) chat.clear(seenUpTo(told.code, name));
    for (const composer of Object.values(composers)) composer.reset();
    tour.forget();
  }
  world = told;
  chats.private.title(told.bot.name, document.querySelector("#private [data-subtitle]").textContent, "bot");
  chats.group.title(told.group.title, told.group.members.join(", "), "group");
  tabs.title("private", told.bot.name);
  tabs.title("group", told.group.title);
  attached.limits = told.limits;
  for (const [name, composer] of Object.entries(composers)) {
    composer.limit = told.limits.words;
    composer.menu.commands = told.commands.filter((one) => one[name]);
  }
}

function isCommand(name, chat) {
  return Boolean(world?.commands.some((one) => one.name === name && one[chat]));
}

function takeMessage(message) {
  revision = Math.max(revision, message.revision);
  if (!burst.size) requestAnimationFrame(draw);
  burst.set(message.id, message);
}

/** Puts a burst of messages in at once. Times need the zone, so the first burst waits for it. */
function draw() {
  if (!zoneKnown || !burst.size) return;
  const messages = [...burst.values()];
  burst = new Map();
  for (const [name, chat] of Object.entries(chats)) {
    const own = messages.filter((message) => message.chat === name);
    if (own.length) chat.take(own);
  }
  tour.point();
}

function takeState(state) {
  const changed = setZone(state.zone);
  zoneKnown = true;
  setClock(state);
  if (changed) for (const chat of Object.values(chats)) chat.redraw();
  draw();
  tour.take(state.tour);
  if (changed) tour.repoint();
}

async function startAnew() {
  if (!world || !(await mayForget())) return;
  try {
    await post("/sandbox/fresh", { code: world.code });
  } catch (refusal) {
    toast(refusal.message);
  }
}
