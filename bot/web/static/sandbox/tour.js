// The guided tour: what each step tells, its one button, and the messages it points at.

import { mayForget } from "./dialogs.js";
import { setText } from "./dom.js";
import { rememberTour, tourFolded } from "./seen.js";
import { toast } from "./toasts.js";
import { post } from "./wire.js";

export class Tour {
  constructor({ chats, tabs, startAnew }) {
    Object.assign(this, { chats, tabs, state: null, pointed: "" });
    this.root = document.querySelector("#tour");
    this.next = this.root.querySelector("[data-tour-next]");
    this.again = this.root.querySelector("[data-tour-fresh]");
    this.folder = this.root.querySelector(".fold");
    this.next.addEventListener("click", () => this.go());
    this.again.addEventListener("click", startAnew);
    this.folder.addEventListener("click", () => {
      this.fold(this.root.dataset.folded !== "true");
      rememberTour(this.root.dataset.folded === "true");
    });
    this.fold(tourFolded());
  }

  fold(folded) {
    this.root.dataset.folded = folded;
    this.folder.setAttribute("aria-expanded", !folded);
  }

  /** Takes what the server says of the tour. */
  take(state) {
    const before = this.state;
    this.state = state;
    if (before?.step !== state.step) this.tell();
    this.busy(state.busy);
    if (JSON.stringify(before?.shows) !== JSON.stringify(state.shows)) this.unmark();
    this.point();
  }

  tell() {
    const { step } = this.state;
    this.root.dataset.step = step;
    for (const telling of this.root.querySelectorAll("[data-telling]")) {
      telling.hidden = Number(telling.dataset.telling) !== step;
      if (!telling.hidden) this.name(telling.dataset.next);
    }
    [...this.root.querySelectorAll(".steps li")].forEach((dot, at) => {
      dot.dataset.at = at < step ? "past" : at === step ? "now" : "ahead";
    });
  }

  name(next) {
    const focused = document.activeElement;
    this.next.hidden = !next;
    this.again.hidden = Boolean(next);
    if (next) setText(this.next, next);
    if (focused === this.next && !next) this.again.focus();
    if (focused === this.again && next) this.next.focus();
  }

  busy(busy) {
    if (busy) this.next.setAttribute("aria-disabled", "true");
    else this.next.removeAttribute("aria-disabled");
    this.next.setAttribute("aria-busy", Boolean(busy));
  }

  async go() {
    if (!this.state || this.next.hasAttribute("aria-disabled")) return;
    const { step, fresh } = this.state;
    if (step === 0 && !fresh && !(await mayForget())) return;
    this.busy(true);
    try {
      await post("/sandbox/tour", { step: step + 1 });
    } catch (refusal) {
      toast(refusal.message);
      this.busy(this.state.busy);
    }
  }

  // --- what it points at ----------------------------------------------------------------------------------------------------

  /** Marks the messages it points at as they are there, and scrolls to them once. */
  point() {
    const found = (this.state?.shows ?? []).filter((id) => this.chatWith(id));
    const key = `${this.state?.step}:${found}`;
    if (key === this.pointed) return;
    this.pointed = key;
    for (const id of found) this.chatWith(id).element(id).dataset.shown = true;
    const names = [...new Set(found.map((id) => this.chatWith(id).name))];
    if (names.length) this.tabs.open(this.chatWith(found.at(-1)).name);
    for (const name of names) {
      const chat = this.chats[name];
      chat.scroll.reveal(found.map((id) => chat.element(id)).filter(Boolean));
      this.tabs.attend(name);
    }
  }

  /** Points anew, where the messages were drawn anew. */
  repoint() {
    this.pointed = "";
    this.point();
  }

  forget() {
    this.unmark();
    this.state = null;
  }

  unmark() {
    this.pointed = "";
    this.tabs.attention.clear();
    for (const element of document.querySelectorAll("[data-shown]")) delete element.dataset.shown;
  }

  chatWith(id) {
    return Object.values(this.chats).find((chat) => chat.element(id));
  }
}
