// Where a chat stands: it stays at the newest message, or where its reader is, and counts what was not seen.

import { calm, setText, word } from "./dom.js";

const NEAR = 60; // pixels from the end that count as the end for who scrolls down
const THERE = 3; // and for who does not
const FAR = 3; // screens beyond which it jumps instead of gliding
const GLIDE = 600; // milliseconds after which a glide is over at the latest
const AIR = 14; // pixels left around what is shown

export class Scroll {
  constructor(root, log) {
    this.log = log;
    this.jump = root.querySelector("[data-jump]");
    this.visible = () => true; // whether the chat is before the reader's eyes at all
    this.seen = () => {}; // told up to which message was read
    this.changed = () => {};
    this.reset(0);
    this.jump.addEventListener("click", () => this.toEnd());
    log.addEventListener("scroll", () => this.moved(), { passive: true });
    log.addEventListener("scrollend", () => Math.abs(log.scrollTop - this.target) < 2 && this.landed());
    const sizes = new ResizeObserver(() => this.settle());
    for (const element of [log, log.firstElementChild]) sizes.observe(element);
  }

  /** Begins anew, with everything up to the message `mark` known to be seen. */
  reset(mark) {
    this.atEnd = true;
    this.unread = 0;
    this.newest = 0;
    this.mark = mark;
    this.top = 0;
    this.target = 0; // where a glide goes
    this.draw();
  }

  /** Remembers which message stands at the top, so that it can stay there. */
  hold() {
    if (this.atEnd) return null;
    const top = this.log.getBoundingClientRect().top;
    for (const element of this.log.querySelectorAll(".message")) {
      const box = element.getBoundingClientRect();
      if (box.bottom > top) return { element, top: box.top };
    }
    return null;
  }

  /** Goes to the end, or brings the held message back to its place; `fresh` are the messages that came. */
  release(held, fresh) {
    const moved = held ? held.element.getBoundingClientRect().top - held.top : 0;
    if (moved) this.log.scrollTop += moved;
    for (const message of fresh) {
      this.newest = Math.max(this.newest, message.id);
      if (message.id > this.mark && message.author.kind !== "you") this.unread += 1;
    }
    this.settle();
  }

  /** Stays at the end while sizes change. */
  settle() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
    this.read();
  }

  get distance() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight;
  }

  moved() {
    if (!this.gliding) {
      if (this.distance < (this.log.scrollTop > this.top ? NEAR : THERE)) this.atEnd = true;
      else if (this.log.scrollTop < this.top - 1) this.atEnd = false;
    }
    this.top = this.log.scrollTop;
    this.read();
  }

  landed() {
    clearTimeout(this.gliding);
    this.gliding = null;
    this.top = this.log.scrollTop;
    this.moved();
  }

  /** Counts everything as read where the end is before the reader's eyes. */
  read() {
    if (this.atEnd && this.visible()) {
      this.unread = 0;
      if (this.newest > this.mark) this.seen((this.mark = this.newest));
    }
    this.draw();
  }

  toEnd() {
    this.atEnd = true;
    this.glide(this.log.scrollHeight - this.log.clientHeight);
  }

  /** Brings some neighbouring elements into view, all of them where they fit. */
  reveal(elements) {
    const frame = this.log.getBoundingClientRect();
    const boxes = elements.map((one) => one.getBoundingClientRect());
    const above = Math.min(...boxes.map((box) => box.top)) - frame.top - AIR;
    const below = Math.max(...boxes.map((box) => box.bottom)) - frame.bottom + AIR;
    if (above >= 0 && below <= 0) return;
    const target = this.log.scrollTop + (above < 0 ? above : Math.min(above, below));
    this.atEnd = target + this.log.clientHeight >= this.log.scrollHeight - THERE;
    this.glide(target);
  }

  glide(top) {
    const away = Math.abs(top - this.log.scrollTop);
    this.target = Math.max(0, Math.min(top, this.log.scrollHeight - this.log.clientHeight));
    const smooth = away > 1 && away < this.log.clientHeight * FAR && !calm();
    this.log.scrollTo({ top, behavior: smooth ? "smooth" : "instant" });
    clearTimeout(this.gliding);
    this.gliding = smooth ? setTimeout(() => this.landed(), GLIDE) : null;
    this.read();
  }

  draw() {
    this.jump.hidden = this.atEnd;
    const badge = this.jump.querySelector(".badge");
    badge.hidden = !this.unread;
    setText(badge, short(this.unread));
    this.jump.setAttribute("aria-label", this.unread ? unreadWords(this.unread) : word("newest"));
    this.changed();
  }
}

/** "7", "99+" */
export const short = (n) => (n > 99 ? "99+" : String(n));

/** "3 new messages" */
export const unreadWords = (n) => word(n === 1 ? "new-one" : "new-many", { n });
