// One message as an element: bubble, quote, photo, file, time, and the buttons below.

import { hue, icon, make, ownUrl, paintAvatar, safeUrl, size, word } from "./dom.js";
import { oneLine, textNodes } from "./text.js";
import { clock, full } from "./when.js";

/** A message's element, still empty. */
export function messageElement(message) {
  const { id, author } = message;
  return make("article", { class: "message", "data-message-id": id, "data-kind": author.kind, tabindex: "-1" });
}

/**
 * Fills a message's element anew. `around` tells what a message alone does not know: the message it replies to, which commands
 * there are, and which presses wait for an answer.
 */
export function fill(element, message, around) {
  const focused = focusedKey(element);
  const body = make("div", { class: "body" }, bubble(message, around), keyboard(message, around));
  element.replaceChildren(avatar(message), body, replyButton(message, element.tabIndex));
  element.setAttribute("aria-label", `${message.author.name}, ${clock(message.at)}`);
  if (focused) refocus(element, focused);
}

/** What a message says in a line, for bars and quotes. */
export function gist(message) {
  return oneLine(message.text) || message.file?.name || (message.photo ? word("photo") : "");
}

function avatar(message) {
  const element = make("span", { class: "avatar small", "aria-hidden": "true", "data-kind": message.author.kind });
  paintAvatar(element, message.author.name, message.author.kind);
  return element;
}

function bubble(message, around) {
  const above = [author(message), quoted(message, around), photo(message), file(message)];
  const bare = message.photo && !message.text.length ? "bare" : null;
  return make("div", { class: "bubble", "data-bare": bare }, ...above, text(message, around), meta(message));
}

function author({ author: { name, kind } }) {
  return make("p", { class: "author", dir: "auto", "data-hue": hue(name, kind) }, name);
}

function quoted(message, around) {
  if (message.reply_to == null) return null;
  const original = around.find(message.reply_to);
  const { name, kind } = original?.author ?? { name: "", kind: "other" };
  return make(
    "button",
    { type: "button", class: "quoted", "data-goto": message.reply_to, "data-hue": hue(name, kind) },
    make("b", { dir: "auto" }, name),
    make("span", { dir: "auto" }, original ? gist(original) : word("gone")),
  );
}

function photo(message) {
  const url = message.photo && ownUrl(message.photo.url);
  if (!url) return null;
  const alt = message.photo.alt || word("photo-from", { name: message.author.name });
  const image = make("img", { src: url, alt, decoding: "async" });
  return make("button", { type: "button", class: "photo", "data-photo": url }, image);
}

function file(message) {
  const url = message.file && ownUrl(message.file.url);
  if (!url) return null;
  const { name, size: bytes } = message.file;
  const names = make("span", {}, make("b", { dir: "auto" }, name), make("span", {}, size(bytes)));
  return make("a", { class: "file", href: url, download: name }, make("span", { class: "file-icon" }, icon("file")), names);
}

function text(message, around) {
  if (!message.text.length) return null;
  const isCommand = message.author.kind === "bot" ? around.isCommand : () => false; // what others typed is not to be typed again
  return make("div", { class: "text", dir: "auto", "data-edited": message.edited }, ...textNodes(message.text, isCommand));
}

function meta(message) {
  const edited = message.edited ? make("span", {}, word("edited"), " ") : null;
  const pin = message.pinned ? icon("pin") : null;
  const time = make("time", { datetime: message.at, title: full(message.at) }, clock(message.at));
  return make("span", { class: "meta" }, pin, edited, time);
}

// --- the buttons below ----------------------------------------------------------------------------------------------------

function keyboard(message, around) {
  const rows = message.rows.map((row) => row.map((button) => key(button, message, around)));
  if (message.asks_location) rows.push([locate(message, around)]);
  if (!rows.length) return null;
  return make("div", { class: "keyboard" }, ...rows.map((row) => make("div", { class: "key-row" }, ...row)));
}

function key(button, message, around) {
  const look = { class: "key", "data-tint": button.tint ?? "plain" };
  if (button.url) {
    const url = safeUrl(button.url);
    if (!url) return make("button", { ...look, type: "button", disabled: true }, button.label);
    return make("a", { ...look, href: url, target: "_blank", rel: "noopener noreferrer" }, button.label, icon("out"));
  }
  if (button.start) return make("button", { ...look, type: "button", "data-start": button.start }, button.label);
  const busy = around.waits(message.id, button.press) ? "true" : null;
  return make("button", { ...look, type: "button", "data-press": button.press, "aria-busy": busy }, button.label);
}

function locate(message, around) {
  const busy = around.waits(message.id, "location") ? "true" : null;
  const look = { type: "button", class: "key", "data-tint": "primary", "data-locate": true, "aria-busy": busy };
  return make("button", look, word("share"));
}

function replyButton(message, tabindex) {
  const label = word("reply-to", { name: message.author.name });
  const look = { type: "button", class: "round reply", "data-reply": true, tabindex, "aria-label": label, title: word("reply") };
  return make("button", look, icon("reply"));
}

// --- the focus outlives an edit ----------------------------------------------------------------------------------------------

function focusedKey(element) {
  const focused = document.activeElement;
  if (!element.contains(focused) || focused === element) return null;
  return { press: focused.dataset.press, text: focused.textContent, reply: "reply" in focused.dataset };
}

function refocus(element, { press, text: label, reply }) {
  const keys = [...element.querySelectorAll(".key")];
  const same = keys.find((one) => press && one.dataset.press === press) ?? keys.find((one) => one.textContent === label);
  const target = reply ? element.querySelector("[data-reply]") : (same ?? keys[0] ?? element);
  target.focus({ preventScroll: true });
}
