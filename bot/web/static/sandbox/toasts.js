// Short notes that come and go by themselves: answers to taps, and what went wrong.

import { make } from "./dom.js";

const MOST = 3;
const READING = 60; // milliseconds a character
const place = document.querySelector(".toasts");

/** Shows some words for as long as it takes to read them, over the chat they are about if there is one. */
export function toast(words, chat = "") {
  if (!words) return;
  const same = [...place.children].find((one) => one.textContent === words);
  same?.remove();
  const element = make("p", { class: "toast", dir: "auto", "data-at": chat }, words);
  place.append(element);
  while (place.children.length > MOST) place.firstElementChild.remove();
  const time = Math.min(10000, 3000 + words.length * READING);
  let timer = setTimeout(() => element.remove(), time);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), 1500)));
  element.addEventListener("click", () => element.remove());
}
