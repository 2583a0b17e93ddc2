// Acts that ask something first: the form behind a `details[data-asks]` opens as a dialog. It is sent from there,
// and what is refused is said there, with everything that was entered still in it.

import { keysOn } from "./keys.js";
import { open } from "./opening.js";
import { toast } from "./toasts.js";

const words = document.querySelector("template[data-words]")?.dataset;

// `wanted` is a form to send, or a `details` to ask with.
export function act(wanted) {
  if (wanted.matches("form")) wanted.requestSubmit();
  else ask(wanted);
}

export function stopsHere(code) {
  toast(words.cannot.replace("%(code)s", code));
}

function ask(details) {
  const dialog = document.querySelector("template[data-asking]").content.firstElementChild.cloneNode(true);
  const form = details.querySelector("form");
  dialog.dataset.code = details.closest("[data-code]").dataset.code;
  dialog.querySelector("h2").textContent = details.dataset.title;
  dialog.querySelector(".dialog-body").append(form);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    details.append(dialog.querySelector("form"));
    dialog.remove();
  });
  dialog.addEventListener("keydown", (event) => chooseByDigit(event, dialog));
  dialog.addEventListener("submit", (event) => send(event, dialog));
  form.querySelector("input:not([type=hidden])").setAttribute("autofocus", "");
  open(dialog);
}

function chooseByDigit(event, dialog) {
  if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey || !keysOn()) return;
  if (event.target.matches("input[type=text], textarea")) return;
  const chosen = dialog.querySelector(`[data-digit="${event.key}"] input`);
  if (!chosen) return;
  event.preventDefault();
  chosen.checked = true;
  chosen.focus();
}

async function send(event, dialog) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button:not([type=button])");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    // Where it leads cannot be read from here; it is where the form said one goes on.
    if (answer.type === "opaqueredirect") return location.assign(form.elements.next.value);
    if (answer.status !== 422) throw new Error(answer.status);
    askAgain(dialog, form, await answer.text());
  } catch {
    button.removeAttribute("aria-busy");
    refuse(form, words.unsent);
  }
}

function askAgain(dialog, form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const again = document.adoptNode(page.querySelector("[data-asked-again] form"));
  form.replaceWith(again);
  (again.querySelector("[aria-invalid=true]") ?? again.querySelector("input:not([type=hidden])")).focus();
}

function refuse(form, said) {
  const place = form.querySelector(".refusals") ?? document.createElement("div");
  place.className = "refusals";
  place.setAttribute("role", "alert");
  place.textContent = said;
  form.prepend(place);
}

document.addEventListener("click", (event) => {
  const details = event.target.closest("details[data-asks]");
  if (!details || !event.target.closest("summary") || !document.querySelector("template[data-asking]")) return;
  event.preventDefault();
  ask(details);
});
