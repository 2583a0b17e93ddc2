// Notices the server wrote become toasts: they stand aside, go after eight seconds unless somebody is at them, and
// stay where something went wrong or can still be undone. `toast(words)` shows one of a script's own.

const STAYS = 8_000;
const region = document.querySelector("[data-toasts]");

function leave(notice) {
  const focused = notice.contains(document.activeElement);
  const next = notice.nextElementSibling ?? notice.previousElementSibling;
  notice.remove();
  if (focused) (next?.querySelector("[data-dismiss]") ?? document.getElementById("main"))?.focus();
}

function lift(notice) {
  region.append(notice);
  notice.classList.add("toast");
  const dismiss = notice.querySelector("[data-dismiss]");
  dismiss.hidden = false;
  dismiss.addEventListener("click", () => leave(notice));
  const stays = ["error", "warning"].includes(notice.dataset.level) || notice.querySelector("form");
  if (!stays) goAfter(notice);
}

function goAfter(notice) {
  let timer = 0;
  const start = () => (timer = setTimeout(() => leave(notice), STAYS));
  const atIt = () => notice.matches(":hover, :focus-within");
  for (const came of ["pointerenter", "focusin"]) notice.addEventListener(came, () => clearTimeout(timer));
  for (const left of ["pointerleave", "focusout"])
    notice.addEventListener(left, () => setTimeout(() => atIt() || (clearTimeout(timer), start())));
  start();
}

// `level` as Django names it: success, info, warning, error.
export function toast(words, level = "info") {
  const template = document.querySelector("template[data-toast]");
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.level = level;
  notice.querySelector("p").textContent = words;
  lift(notice);
}

if (region) {
  const written = document.querySelector("[data-notices]");
  for (const notice of written?.querySelectorAll(".notice") ?? []) lift(notice);
  written?.remove();
}
