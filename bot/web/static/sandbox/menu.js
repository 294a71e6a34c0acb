// The menu of commands above a composer: filtered as one types, walked with the arrows, and never in the way of plain words.

import { make, setText, word } from "./dom.js";

const COMMAND = /^\/(\w*)$/;
const BEGUN = /^\/(\w+)\s+$/;

export class Menu {
  /** `area` is the composer's textarea, `list` the listbox, `usage` the line that says how a command goes on. */
  constructor(area, list, usage) {
    Object.assign(this, { area, list, usage, commands: [], shown: [], active: 0 });
    area.addEventListener("input", () => this.follow());
    area.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the textarea keeps the focus
    list.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) this.choose([...list.children].indexOf(option));
    });
  }

  get open() {
    return !this.list.hidden;
  }

  /** Shows what fits the words typed so far. */
  follow() {
    const typed = COMMAND.exec(this.area.value);
    if (typed) this.show(this.commands.filter((one) => one.name.startsWith(typed[1].toLowerCase())));
    else this.close();
    this.explain();
  }

  /** The button: everything, or nothing again. */
  toggle() {
    if (this.open) return this.close();
    this.area.focus();
    if (!this.area.value) {
      this.area.value = "/";
      this.area.dispatchEvent(new Event("input", { bubbles: true }));
    } else this.show(this.commands);
  }

  show(commands) {
    if (!commands.length) return this.close();
    this.shown = commands;
    this.moved = false;
    this.list.replaceChildren(...commands.map((one, index) => this.option(one, index)));
    this.list.hidden = false;
    this.area.setAttribute("role", "combobox");
    this.area.setAttribute("aria-expanded", "true");
    this.activate(0);
  }

  option(command, index) {
    return make(
      "li",
      { role: "option", id: `${this.list.id}-${index}` },
      make("b", {}, `/${command.name}`),
      command.usage ? make("code", {}, command.usage) : null,
      command.admins ? make("small", {}, word("admins")) : null,
      make("span", {}, command.summary),
    );
  }

  close() {
    this.list.hidden = true;
    for (const name of ["role", "aria-expanded", "aria-activedescendant"]) this.area.removeAttribute(name);
  }

  activate(index) {
    this.active = (index + this.shown.length) % this.shown.length;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", at === this.active));
    const option = this.list.children[this.active];
    this.area.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /** Whether a key was for the menu. A command that is typed out in full is sent by Enter, not completed. */
  takes(event) {
    if (!this.open) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        this.moved = true;
        this.activate(this.active + (event.key === "ArrowDown" ? 1 : -1));
        return true;
      case "Escape":
        this.close();
        return true;
      case "Enter":
        if (event.shiftKey || (!this.moved && this.area.value.toLowerCase() === `/${this.shown[this.active].name}`)) return false;
        this.choose(this.active);
        return true;
      case "Tab":
        if (event.shiftKey) return false;
        this.choose(this.active);
        return true;
      default:
        return false;
    }
  }

  choose(index) {
    const rest = COMMAND.test(this.area.value) ? "" : this.area.value;
    this.area.value = `/${this.shown[index].name} ${rest}`;
    this.close();
    this.area.focus();
    this.area.setSelectionRange(this.area.value.length, this.area.value.length);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** After a command and a space: what may follow. */
  explain() {
    const name = BEGUN.exec(this.area.value)?.[1];
    const command = this.commands.find((one) => one.name === name && one.usage);
    this.usage.hidden = !command;
    if (command) setText(this.usage, `/${command.name} ${command.usage}`);
  }
}
