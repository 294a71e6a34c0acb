// Which chat is shown where there is room for one only, and what is new in the other.

import { narrow, setText, word } from "./dom.js";
import { short, unreadWords } from "./scroll.js";

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

export class Tabs {
  constructor(chats) {
    this.chats = chats;
    this.tabs = [...document.querySelectorAll("[data-tab]")];
    this.attention = new Set(); // chats with something the tour points at
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.open(tab.dataset.tab));
      tab.addEventListener("keydown", (event) => this.key(event));
    }
    for (const chat of Object.values(chats)) {
      chat.scroll.visible = () => this.visible(chat.name) && !document.hidden;
      chat.scroll.changed = () => this.draw();
    }
    document.addEventListener("visibilitychange", () => this.look());
    matchMedia("(max-width: 819px)").addEventListener("change", () => this.look());
    this.draw();
  }

  get shown() {
    return document.body.dataset.shownChat;
  }

  visible(name) {
    return !narrow() || this.shown === name;
  }

  /** Shows a chat, and leaves the other where it is. */
  open(name) {
    document.body.dataset.shownChat = name;
    this.attention.delete(name);
    this.look();
    this.draw();
  }

  title(name, title) {
    setText(this.tab(name).querySelector(".tab-name"), title);
  }

  /** Marks a chat as one to look into. */
  attend(name) {
    if (!this.visible(name)) this.attention.add(name);
    this.draw();
  }

  look() {
    for (const chat of Object.values(this.chats)) chat.scroll.read();
  }

  tab(name) {
    return this.tabs.find((one) => one.dataset.tab === name);
  }

  key(event) {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    const next = this.tabs[(this.tabs.indexOf(event.currentTarget) + KEYS[event.key] + this.tabs.length) % this.tabs.length];
    this.open(next.dataset.tab);
    next.focus();
  }

  draw() {
    for (const tab of this.tabs) {
      const name = tab.dataset.tab;
      const chosen = name === this.shown;
      const { unread } = this.chats[name].scroll;
      const look = this.attention.has(name) && !chosen;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
      const badge = tab.querySelector(".badge");
      badge.hidden = !unread && !look;
      badge.dataset.look = look;
      setText(badge, unread ? short(unread) : look ? "!" : "");
      if (badge.hidden) badge.removeAttribute("aria-label");
      else badge.setAttribute("aria-label", [look && word("look"), unread && unreadWords(unread)].filter(Boolean).join(", "));
    }
  }
}
