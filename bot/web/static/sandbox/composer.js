// A chat's composer: words, the message they reply to, a file beside them, and the command menu.

import { setText, unique, word } from "./dom.js";
import { Menu } from "./menu.js";
import { gist } from "./message.js";
import { toast } from "./toasts.js";
import { Refusal, post } from "./wire.js";

const LINES = 5;

export class Composer {
  /** `attached` is what sends a file beside the words, where this chat takes files. */
  constructor(chat, attached = null) {
    Object.assign(this, { chat, attached, replyTo: null, limit: Infinity });
    this.form = chat.root.querySelector(".composer");
    this.area = this.form.querySelector("textarea");
    this.bar = this.form.querySelector(".reply-bar");
    this.menu = new Menu(this.area, this.form.querySelector(".menu"), this.form.querySelector(".usage"));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.area.addEventListener("input", () => this.grow());
    this.area.addEventListener("keydown", (event) => this.key(event));
    for (const button of this.form.querySelectorAll("[data-menu], [type=submit]")) {
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays, and a phone's keyboard
    }
    this.form.querySelector("[data-menu]").addEventListener("click", () => this.menu.toggle());
    this.form.querySelector("[data-reply-cancel]").addEventListener("click", () => this.reply(null));
    this.grow();
  }

  key(event) {
    if (event.isComposing) return;
    if (this.menu.takes(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.replyTo != null) this.reply(null);
  }

  /** As high as its lines, up to a few. */
  grow() {
    const { style } = this.area;
    style.height = "auto";
    const line = parseFloat(getComputedStyle(this.area).lineHeight);
    const edges = this.area.offsetHeight - this.area.clientHeight;
    const padding = parseFloat(getComputedStyle(this.area).paddingTop) * 2;
    style.height = `${Math.min(this.area.scrollHeight, line * LINES + padding) + edges}px`;
    this.form.dataset.filled = Boolean(this.area.value.trim() || this.attached?.file);
  }

  /** What the next words reply to; null for nothing. */
  reply(id) {
    const message = id == null ? null : this.chat.messages.get(id);
    this.replyTo = message ? id : null;
    this.bar.hidden = !message;
    if (message) {
      setText(this.bar.querySelector("b"), word("reply-to", { name: message.author.name }));
      setText(this.bar.querySelector(".reply-text"), gist(message));
    }
    this.area.focus();
  }

  /** Forgets what it replies to, where that is gone. */
  reset() {
    this.replyTo = null;
    this.bar.hidden = true;
  }

  async submit() {
    const words = this.area.value.trim();
    const file = this.attached?.file;
    if (!words && !file) return;
    const length = [...words].length;
    if (length > this.limit) return toast(word("too-long", { n: length, limit: this.limit }), this.chat.name);
    const replyTo = this.replyTo;
    this.put("");
    this.reset();
    this.menu.close();
    this.chat.scroll.toEnd();
    if (!(await this.attempt(() => (file ? this.attached.send(words) : this.say(words, replyTo))))) this.restore(words, replyTo);
  }

  say(words, replyTo = null) {
    return post("/sandbox/say", { chat: this.chat.name, words, reply_to: replyTo, id: unique() });
  }

  /** Says words that nobody typed here: a command that was tapped. */
  async tapped(words) {
    this.chat.scroll.toEnd();
    await this.attempt(() => this.say(words), word("lost-tap"));
  }

  async attempt(sending, lost = word("lost")) {
    try {
      await sending();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      toast(error.lost ? lost : error.message, this.chat.name);
      return false;
    }
  }

  /** Puts back what did not get through, before whatever was typed since. */
  restore(words, replyTo) {
    this.put([words, this.area.value].filter(Boolean).join("\n"));
    if (replyTo != null && this.replyTo == null) this.reply(replyTo);
  }

  put(text) {
    this.area.value = text;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
