// What somebody is typing survives a lost connection, an expired session and a reload: each form marked with
// data-draft keeps its text in this tab until the server says (data-clears) that it has it. Nothing is kept
// after the tab closes, nor on another person's screen.

import { MINE, isAnythingKept } from "./kept.js";

for (const done of document.querySelectorAll("[data-clears]")) sessionStorage.removeItem(MINE + done.dataset.clears);

const fieldsOf = (form) => [...form.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=radio]), select")];

function keep(form) {
  const typed = {};
  for (const field of fieldsOf(form)) if (field.value !== field.dataset.began) typed[field.name] = field.value;
  const key = MINE + form.dataset.draft;
  if (Object.keys(typed).length) sessionStorage.setItem(key, JSON.stringify(typed));
  else sessionStorage.removeItem(key);
}

function restore(form) {
  const kept = sessionStorage.getItem(MINE + form.dataset.draft);
  for (const field of fieldsOf(form)) field.dataset.began = field.value;
  if (!kept || form.querySelector("[aria-invalid=true]")) return;
  const typed = JSON.parse(kept);
  for (const field of fieldsOf(form)) if (field.name in typed) field.value = typed[field.name];
  form.dataset.dirty = "";
  const around = form.closest("details");
  if (around) around.open = true;
}

function begin(form) {
  if ("draftBegun" in form.dataset) return;
  form.dataset.draftBegun = "";
  restore(form);
}

for (const form of document.querySelectorAll("form[data-draft]")) begin(form);

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  begin(form);
  form.dataset.dirty = "";
  keep(form);
});

// Without a connection the browser would leave the page for an error of its own.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!navigator.onLine && form.method === "post") {
    event.preventDefault();
    tell(form);
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

function tell(form) {
  let said = form.querySelector("[data-offline]");
  if (!said) {
    said = document.createElement("p");
    said.className = "refusals";
    said.dataset.offline = "";
    said.setAttribute("role", "alert");
    form.append(said);
  }
  said.textContent = document.body.dataset.offlineWords ?? "";
}

for (const said of document.querySelectorAll("[data-kept]")) said.hidden = !isAnythingKept();

addEventListener("online", () => {
  for (const said of document.querySelectorAll("[data-offline]")) said.remove();
});
