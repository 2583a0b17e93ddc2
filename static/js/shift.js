// A shift pressed on a calendar opens above it: the sheet its link leads to, in a dialog, from which one comes back to
// where one was. Without this script, or when the sheet cannot be had, the link leads there.

import { open } from "./opening.js";

const template = document.querySelector("template[data-shift-dialog]");

const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

async function show(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    put(document.adoptNode(page.querySelector("[data-sheet]")));
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function put(sheet) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  for (const field of sheet.querySelectorAll("[data-next]")) field.value = location.pathname + location.search;
  dialog.querySelector(".dialog-body").append(sheet);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  open(dialog);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-shift]");
  if (!link || !template || event.defaultPrevented || !isPlain(event)) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") show(link);
});
