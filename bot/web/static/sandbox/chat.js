// One chat: its messages in order of their ids, by days, each a single element that is put in or replaced, never all anew.

import { labelDays } from "./days.js";
import { make, paintAvatar, setText, word } from "./dom.js";
import { fill, gist, messageElement } from "./message.js";
import { rove } from "./roving.js";
import { Scroll } from "./scroll.js";
import { day, dayKey } from "./when.js";

const TOGETHER = 15 * 60 * 1000; // messages of one author within this stand together

export class Chat {
  constructor(root, { isCommand, waits }) {
    this.name = root.dataset.chat;
    this.root = root;
    this.log = root.querySelector(".scroller");
    this.days = root.querySelector(".days");
    this.empty = root.querySelector("[data-empty]");
    this.pinned = root.querySelector("[data-pinned]");
    this.scroll = new Scroll(root, this.log);
    this.around = { isCommand: (name) => isCommand(name, this.name), waits, find: (id) => this.messages.get(id) };
    this.clear(0);
    rove(this.log);
    labelDays(this.log);
    this.pinned.addEventListener("click", () => this.show(this.pinnedId));
  }

  /** Forgets everything; what comes up to the message `mark` counts as seen. */
  clear(mark = 0) {
    this.messages = new Map();
    this.elements = new Map();
    this.ids = [];
    this.days.replaceChildren();
    this.scroll.reset(mark);
    this.arrange();
  }

  /** Draws everything again, where the zone of all times has changed. */
  redraw() {
    const all = this.ids.map((id) => this.messages.get(id));
    this.clear(this.scroll.mark);
    this.take(all);
  }

  title(name, subtitle, kind) {
    this.root.querySelectorAll("[data-avatar]").forEach((one) => paintAvatar(one, name, kind));
    setText(this.root.querySelector("[data-title]"), name);
    setText(this.root.querySelector("[data-subtitle]"), subtitle);
    this.root.querySelector("textarea").setAttribute("aria-label", word("message-to", { name }));
  }

  element(id) {
    return this.elements.get(id);
  }

  /** Takes a burst of messages, new ones and changed ones. */
  take(messages) {
    const held = this.scroll.hold();
    const fresh = messages.filter((message) => !this.messages.has(message.id));
    for (const message of messages) {
      if (this.messages.has(message.id)) this.change(message);
      else this.add(message);
    }
    this.arrange();
    this.scroll.release(held, fresh);
  }

  change(message) {
    if (this.messages.get(message.id).revision > message.revision) return;
    this.messages.set(message.id, message);
    const element = this.elements.get(message.id);
    fill(element, message, this.around);
    element.classList.remove("changed");
    requestAnimationFrame(() => element.classList.add("changed"));
  }

  add(message) {
    const place = this.ids.findLastIndex((id) => id < message.id) + 1;
    const element = messageElement(message);
    this.messages.set(message.id, message);
    this.elements.set(message.id, element);
    this.ids.splice(place, 0, message.id);
    fill(element, message, this.around);
    this.put(element, message, place);
    for (const near of [place - 1, place, place + 1]) this.join(near);
  }

  /** Puts an element behind the message before it, in the section of its day. */
  put(element, message, place) {
    const key = dayKey(message.at);
    const before = this.elements.get(this.ids[place - 1]);
    const after = this.elements.get(this.ids[place + 1]);
    const sections = [before, after].map((one) => one?.parentElement);
    if (sections[0]?.dataset.day === key) before.after(element);
    else if (sections[1]?.dataset.day === key) after.before(element);
    else {
      const title = make("h3", {}, make("span", {}, day(message.at)));
      const section = make("section", { class: "day", "data-day": key }, title, element);
      if (sections[0]) sections[0].after(section);
      else this.days.prepend(section);
    }
  }

  /** Marks where a run of one author's messages begins and ends. */
  join(place) {
    const message = this.messages.get(this.ids[place]);
    if (!message) return;
    const { dataset } = this.elements.get(message.id);
    dataset.first = !this.together(this.messages.get(this.ids[place - 1]), message);
    dataset.last = !this.together(message, this.messages.get(this.ids[place + 1]));
  }

  together(one, next) {
    if (!one || !next || one.author.name !== next.author.name || one.author.kind !== next.author.kind) return false;
    return dayKey(one.at) === dayKey(next.at) && Date.parse(next.at) - Date.parse(one.at) < TOGETHER;
  }

  /** What stands around the messages: the empty state and the newest pinned message. */
  arrange() {
    this.empty.hidden = this.ids.length > 0;
    this.pinnedId = this.ids.findLast((id) => this.messages.get(id).pinned);
    const message = this.messages.get(this.pinnedId);
    this.pinned.hidden = !message;
    if (message) setText(this.pinned.querySelector(".pinned-text"), gist(message));
  }

  /** Scrolls to a message and lets it flash. */
  show(id) {
    const element = this.elements.get(id);
    if (!element) return;
    this.scroll.reveal([element]);
    element.classList.remove("found");
    requestAnimationFrame(() => element.classList.add("found"));
  }
}
