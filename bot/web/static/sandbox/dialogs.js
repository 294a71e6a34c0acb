// The two dialogs: whether to start anew, and a photo seen large.

const fresh = document.querySelector("#fresh");
const photo = document.querySelector("#photo");

/** Asks whether everything may be forgotten. */
export function mayForget() {
  fresh.returnValue = "keep";
  fresh.showModal();
  return new Promise((answer) => {
    fresh.addEventListener("close", () => answer(fresh.returnValue === "fresh"), { once: true });
  });
}

/** Shows a photo as large as there is room. */
export function showPhoto(url, alt) {
  const image = photo.querySelector("img");
  image.src = url;
  image.alt = alt;
  photo.showModal();
}

for (const dialog of [fresh, photo]) {
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.tagName === "IMG") dialog.close(); // beside its content, or the photo itself
  });
}
