// Taps on messages: buttons that wait for the bot's answer, links into the private chat, commands, quotes, photos.

import { unique, word } from "./dom.js";
import { showPhoto } from "./dialogs.js";
import { toast } from "./toasts.js";
import { post } from "./wire.js";

const PATIENCE = 10000; // milliseconds a button waits for its answer

export class Presses {
  constructor({ chats, say, reply, open }) {
    this.chats = chats;
    this.pending = new Map(); // the press's own id, with its message, what it pressed, and its timer
    const taps = {
      "[data-press]": (button, id) => this.press(id, button.dataset.press),
      "[data-locate]": (button, id) => this.locate(id),
      "[data-start]": (button) => {
        open("private");
        say("private", `/start ${button.dataset.start}`);
      },
      "[data-begin]": () => say("private", "/start"),
      "[data-command]": (button) => say(chatOf(button), button.dataset.command),
      "[data-reply]": (button, id) => reply(chatOf(button), id),
      "[data-goto]": (button) => chats[chatOf(button)].show(Number(button.dataset.goto)),
      "[data-photo]": (button) => showPhoto(button.dataset.photo, button.querySelector("img").alt),
      "[data-instant]": (time) => toast(time.title, chatOf(time)),
    };
    document.addEventListener("click", ({ target }) => {
      for (const [selector, tap] of Object.entries(taps)) {
        const found = target.closest(selector);
        if (found) return tap(found, messageOf(found));
      }
    });
  }

  /** Whether such a press still waits. */
  waits(message, what) {
    return [...this.pending.values()].some((one) => one.message === message && one.what === what);
  }

  async press(message, what) {
    if (this.waits(message, what)) return;
    const id = this.wait(message, what);
    await this.send(id, "/sandbox/press", { message, press: what, id });
  }

  /** The bot's answer to a press of this page; those of other tabs are not known here. */
  answered({ press, text }) {
    const one = this.pending.get(press);
    if (!one) return;
    this.settle(press);
    toast(text, this.chatOf(one.message));
  }

  locate(message) {
    if (this.waits(message, "location")) return;
    const id = this.wait(message, "location", null);
    const refused = () => {
      this.settle(id);
      toast(word("no-place"), "private");
    };
    if (!navigator.geolocation) return refused();
    navigator.geolocation.getCurrentPosition(async ({ coords: { latitude, longitude } }) => {
      await this.send(id, "/sandbox/location", { latitude, longitude, id });
      this.settle(id);
    }, refused, { timeout: PATIENCE, maximumAge: 600000 });
  }

  async send(id, path, values) {
    try {
      await post(path, values);
    } catch (refusal) {
      toast(refusal.message, this.chatOf(this.pending.get(id)?.message));
      this.settle(id);
    }
  }

  wait(message, what, patience = PATIENCE) {
    const id = unique();
    const timer = patience && setTimeout(() => this.settle(id), patience);
    this.pending.set(id, { message, what, timer });
    this.look(message, what);
    return id;
  }

  settle(id) {
    const one = this.pending.get(id);
    if (!one) return;
    clearTimeout(one.timer);
    this.pending.delete(id);
    this.look(one.message, one.what);
  }

  chatOf(message) {
    return Object.values(this.chats).find((chat) => chat.element(message))?.name;
  }

  /** Gives the button the look of waiting, or takes it off. */
  look(message, what) {
    for (const chat of Object.values(this.chats)) {
      for (const button of chat.element(message)?.querySelectorAll("[data-press], [data-locate]") ?? []) {
        if ((button.dataset.press ?? "location") !== what) continue;
        if (this.waits(message, what)) button.setAttribute("aria-busy", "true");
        else button.removeAttribute("aria-busy");
      }
    }
  }
}

const chatOf = (element) => element.closest("[data-chat]").dataset.chat;

function messageOf(element) {
  const message = element.closest("[data-message-id]");
  return message && Number(message.dataset.messageId);
}
