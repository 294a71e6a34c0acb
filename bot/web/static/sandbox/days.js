// The day at the top of a chat: it sticks there, but is seen only while one scrolls, so that it never covers what is read.

const REST = 1100; // milliseconds after the last scroll

/** Lets the label of the day at the top of `log` come and go. */
export function labelDays(log) {
  let timer;
  log.addEventListener(
    "scroll",
    () => {
      const stuck = [...log.querySelectorAll(".day")].findLast((one) => one.offsetTop < log.scrollTop);
      for (const one of log.querySelectorAll(".day.stuck")) if (one !== stuck) one.classList.remove("stuck");
      stuck?.classList.add("stuck");
      log.dataset.scrolling = true;
      clearTimeout(timer);
      timer = setTimeout(() => delete log.dataset.scrolling, REST);
    },
    { passive: true },
  );
}
