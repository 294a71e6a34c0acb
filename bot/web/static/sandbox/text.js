// A message's text as elements: styles, links, instants, mentions, and commands that can be tapped.

import { make, safeUrl, word } from "./dom.js";
import { fullHere } from "./when.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code", quote: "blockquote" };
const FOUND = /(?<![\w/:.])\/[a-z][a-z_]{1,31}\b(?!\/)|https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)\]]/g;

/** The nodes of some spans; `isCommand(name)` tells which commands may be tapped. */
export function textNodes(spans, isCommand) {
  let afterQuote = false;
  return spans.map((span) => {
    const text = afterQuote ? span.text.replace(/^\n/, "") : span.text; // a quote ends its line by itself
    afterQuote = span.style === "quote";
    return spanNode({ ...span, text }, isCommand);
  });
}

/** The text alone. */
export const plain = (spans) => spans.map((span) => span.text).join("");

/** The text alone on one line, for quotes and bars. */
export const oneLine = (spans) => plain(spans).replace(/\s+/g, " ").trim();

function spanNode(span, isCommand) {
  const inner = innerNodes(span, isCommand);
  const tag = TAGS[span.style];
  if (!tag) return fragment(inner);
  const look = tag === "code" && span.text.includes("\n") ? "block" : null;
  return make(tag, { class: look, dir: tag === "blockquote" ? "auto" : null }, ...inner);
}

function innerNodes(span, isCommand) {
  const url = span.url && safeUrl(span.url);
  if (url) return [link(span.text, url)];
  if (span.at) return [instant(span)];
  if (span.mention) return [make("span", { class: "mention" }, span.text)];
  return span.style === "code" ? [span.text] : tapable(span.text, isCommand);
}

function link(text, url) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

function instant(span) {
  const title = word("their-time", { time: fullHere(span.at) });
  return make("time", { datetime: span.at, title, "data-instant": true }, span.text);
}

function tapable(text, isCommand) {
  const nodes = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(FOUND)) {
    const node = found.startsWith("/") ? command(found, isCommand) : webLink(found);
    if (!node) continue;
    nodes.push(text.slice(end, index), node);
    end = index + found.length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

function command(found, isCommand) {
  return isCommand(found.slice(1)) ? make("button", { type: "button", class: "command", "data-command": found }, found) : null;
}

function webLink(found) {
  const url = safeUrl(found);
  return url && link(found, url);
}

function fragment(nodes) {
  const all = document.createDocumentFragment();
  all.append(...nodes);
  return all;
}
