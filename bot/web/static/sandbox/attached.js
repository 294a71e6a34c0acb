// The one file beside the words of the private chat: chosen, dropped or pasted, and looked at before it is sent.

import { setText, size, unique, word } from "./dom.js";
import { toast } from "./toasts.js";
import { postFile } from "./wire.js";

const PHOTOS = ["image/png", "image/jpeg", "image/webp", "image/gif"];

export class Attached {
  constructor(root) {
    Object.assign(this, { root, file: null, limits: null, changed: () => {} });
    this.bar = root.querySelector(".file-bar");
    this.input = root.querySelector("input[type=file]");
    root.querySelector("[data-attach]").addEventListener("click", () => this.input.click());
    root.querySelector("[data-file-cancel]").addEventListener("click", () => this.take(null));
    this.input.addEventListener("change", () => {
      if (this.input.files.length) this.take(this.input.files[0]);
      this.input.value = "";
    });
    root.querySelector("textarea").addEventListener("paste", (event) => this.paste(event));
    this.listenToDrops();
  }

  /** Takes a file, or none, to be sent with the next words. */
  take(file) {
    const objection = file && this.objection(file);
    if (objection) return toast(objection, "private");
    this.file = file;
    this.bar.hidden = !file;
    if (file) {
      setText(this.bar.querySelector("b"), file.name);
      setText(this.bar.querySelector(".file-size"), size(file.size));
    }
    this.changed();
    this.root.querySelector("textarea").focus();
  }

  objection(file) {
    const limit = this.limits?.[PHOTOS.includes(file.type) ? "photo_bytes" : "file_bytes"] ?? Infinity;
    if (!file.size) return word("empty-file", { name: file.name });
    return file.size > limit ? word("too-big", { name: file.name, size: size(file.size), limit: size(limit) }) : null;
  }

  /** Sends the file with a caption; it stays where that fails. */
  async send(words) {
    const file = this.file;
    const facts = new URLSearchParams({ name: file.name, words, id: unique() });
    if (PHOTOS.includes(file.type)) facts.set("photo", "1");
    this.take(null);
    try {
      await postFile(`/sandbox/file?${facts}`, file);
    } catch (refusal) {
      this.take(file);
      throw refusal;
    }
  }

  paste(event) {
    const file = [...event.clipboardData.files].find((one) => PHOTOS.includes(one.type));
    if (!file) return;
    event.preventDefault();
    this.take(file);
  }

  listenToDrops() {
    let within = 0; // dragenter comes for every element within before dragleave comes for the last
    const show = () => (this.root.dataset.dropping = within > 0);
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = this.root.contains(event.target) ? "copy" : "none";
    });
    document.addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      within = 0;
      show();
      if (this.root.contains(event.target) && event.dataTransfer.files.length) this.take(event.dataTransfer.files[0]);
    });
    for (const [type, step] of [["dragenter", 1], ["dragleave", -1]]) {
      this.root.addEventListener(type, (event) => {
        if (!carries(event)) return;
        within = Math.max(0, within + step);
        show();
      });
    }
  }
}
