// Makes elements and finds words; nothing that came from outside is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes (false, null and undefined are left out) and children (strings become text). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null && child !== ""));
  return element;
}

/** One of the page's icons. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const words = new Map(
  [...document.querySelectorAll("#words [data-word]")].map((one) => [one.dataset.word, one.textContent.trim()]),
);

/** The page's words of that name, with their {places} filled. */
export function word(name, values = {}) {
  return (words.get(name) ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** A size as a person reads it. */
export function size(bytes) {
  if (bytes < 1024) return word("bytes", { n: bytes });
  if (bytes < 1024 * 1024) return word("kilobytes", { n: Math.round(bytes / 1024) });
  return word("megabytes", { n: (bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, "") });
}

/** Writes a text only where it changed, so that nothing is announced or laid out for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An address that may be opened from a message, or null. */
export function safeUrl(url) {
  try {
    const parsed = new URL(url);
    return ["http:", "https:", "mailto:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** An address of this very server, or null. */
export function ownUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.origin === location.origin ? parsed.href : null;
  } catch {
    return null;
  }
}

/** Something unique, at most 32 characters; `randomUUID` is missing where the page is not on localhost or https. */
export function unique() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether things should rather not move. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Whether only one chat is shown at a time; the same width stands in sandbox.css. */
export const narrow = () => matchMedia("(max-width: 819px)").matches;

/** An avatar's letters and colour, from a name and what bears it. */
export function paintAvatar(element, name, kind) {
  const letters = name.split(/\s+/).filter(Boolean).map((part) => [...part][0]);
  element.textContent = letters.slice(0, 2).join("").toLocaleUpperCase();
  element.dataset.hue = hue(name, kind);
}

/** One of the six colours a name can have; the bot has its own. */
export function hue(name, kind) {
  if (kind === "bot") return "bot";
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % 6;
}
