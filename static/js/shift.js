// A shift pressed on a calendar opens above it: the sheet its link leads to, in a dialog, from which one comes back to
// the shift that was pressed. Its forms are sent from there, and what is refused or objected to is said there. Without
// this script, or when the sheet cannot be had, the link leads there.

import { open } from "./opening.js";
import { goBackTo, keepPressed, pressedAt } from "./pressed.js";

const template = document.querySelector("template[data-shift-dialog]");

const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

async function show(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    put(sheetIn(await answer.text()), link);
  } catch {
    location.assign(link.href);
  } finally {
    link.removeAttribute("aria-busy");
  }
}

function sheetIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const sheet = document.adoptNode(page.querySelector("[data-sheet]"));
  for (const field of sheet.querySelectorAll("[data-next]")) field.value = location.pathname + location.search;
  return sheet;
}

function put(sheet, link) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  const pressed = pressedAt(link);
  dialog.querySelector(".dialog-body").append(sheet);
  dialog.addEventListener("submit", (event) => send(event, dialog, pressed));
  dialog.addEventListener("close", () => {
    dialog.remove();
    goBackTo(pressed, link);
  });
  document.body.append(dialog);
  open(dialog);
}

async function send(event, dialog, pressed) {
  event.preventDefault();
  if (!navigator.onLine || dialog.getAttribute("aria-busy") === "true") return;
  const [form, button] = [event.target, event.submitter];
  dialog.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" });
    if (answer.type === "opaqueredirect") return goOn(form, pressed);
    if (answer.status !== 422) throw new Error(answer.status);
    askAgain(dialog, sheetIn(await answer.text()));
  } catch {
    refuse(form, dialog.dataset.unsent);
  }
  dialog.removeAttribute("aria-busy");
  button?.removeAttribute("aria-busy");
}

// Where it leads cannot be read from here; it is where the form said one goes on.
function goOn(form, pressed) {
  keepPressed(pressed);
  location.assign(form.elements.next.value);
}

function askAgain(dialog, sheet) {
  dialog.querySelector("[data-sheet]").replaceWith(sheet);
  const said = sheet.querySelector(".refusals, .refusal, [aria-invalid=true]");
  const wanted = sheet.querySelector("[name=anyway], [aria-invalid=true]") ?? said?.closest("form")?.querySelector("button");
  said?.scrollIntoView({ block: "nearest" });
  wanted?.focus();
}

function refuse(form, said) {
  const place = form.querySelector(".refusals") ?? document.createElement("div");
  place.className = "refusals";
  place.setAttribute("role", "alert");
  place.textContent = said;
  form.prepend(place);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-shift]");
  if (!link || !template || event.defaultPrevented || !isPlain(event)) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") show(link);
});
