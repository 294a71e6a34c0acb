// Fits the page to what is seen of it: a phone's keyboard covers the lower half, and not every browser says so to CSS.

const SHORT = 460; // pixels below which header and tour give way to the chat

/** Keeps the page as high as the part of it that is seen. */
export function fitScreen() {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    if (view.scale > 1.01) return; // zoomed in: then less of the page is seen on purpose
    document.documentElement.style.setProperty("--height", `${view.height}px`);
    document.body.dataset.short = view.height < SHORT;
    if (view.offsetTop) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
  fit();
}
