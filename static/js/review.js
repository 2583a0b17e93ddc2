// The review while it is open: its sections save themselves (section.js) and take in what others save, and the
// evidence is narrowed without asking the server.

import { Section } from "./section.js";

const sections = new Map(); // form → the section it writes

function begin() {
  for (const form of sections.keys()) if (!form.isConnected) sections.delete(form);
  for (const form of document.querySelectorAll("form[data-autosave]"))
    if (!sections.has(form)) sections.set(form, new Section(form));
}

/** Another page of the same review, before its words take their place. */
function takeIn(page) {
  const newer = [...page.querySelectorAll("form[data-autosave]")];
  for (const [form, section] of sections) {
    const next = newer.find((other) => other.getAttribute("action") === form.getAttribute("action"));
    if (next) section.comes(next);
  }
}

begin();
const saveAll = () => sections.forEach((section) => section.save());
addEventListener("online", saveAll);
addEventListener("pagehide", saveAll);
document.addEventListener("visibilitychange", saveAll);
document.addEventListener("live:coming", (event) => takeIn(event.detail.next));
document.addEventListener("live:refreshed", begin);

const list = document.querySelector("[data-evidence]");
const filter = document.querySelector("[data-evidence-filter]");

function onlyShow(group) {
  let last = null;
  let any = false;
  for (const item of list.children) {
    if (item.matches(".evidence-day")) {
      if (last) last.hidden = true;
      last = item;
    } else if (item.matches(".evidence-entry")) {
      item.hidden = group !== "all" && !item.dataset.groups.split(" ").includes(group);
      if (item.hidden) continue;
      any = true;
      if (last) last.hidden = false;
      last = null;
    }
  }
  if (last) last.hidden = true;
  list.querySelector("[data-evidence-empty]").hidden = any;
}

if (list && filter) {
  const narrow = () => onlyShow(filter.querySelector("[aria-current]").dataset.show);
  narrow();
  list.addEventListener("live:refreshed", narrow);
  filter.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-show]");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of filter.children) other.removeAttribute("aria-current");
    chip.setAttribute("aria-current", "true");
    narrow();
  });
}
