// Ctrl or ⌘ K: one field that goes to a place, does what this page offers, or finds an incident on the server.
import { letter } from "./keys.js";
import { open } from "./opening.js";

const palette = document.getElementById("palette");
const field = palette.querySelector("[role=combobox]");
const list = palette.querySelector("[role=listbox]");
const nothing = palette.querySelector(".palette-nothing");
const counted = palette.querySelector("[data-counted]");
const words = palette.dataset;
const WAIT = 120;
let asking = null;
let timer = 0;

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");
const fits = (label) => field.value.toLowerCase().split(/\s+/).every((word) => label.toLowerCase().includes(word));

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

function item(tag, id, label, icon) {
  const option = document.createElement(tag);
  option.className = "palette-item";
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  if (icon) option.append(icon.cloneNode(true));
  const title = document.createElement("span");
  title.className = "palette-title";
  title.textContent = label;
  option.append(title);
  return option;
}

function places() {
  const links = [...document.querySelectorAll(".nav a, .further a")];
  const labels = new Set();
  return links.flatMap((link, index) => {
    const label = link.textContent.trim();
    if (labels.has(label) || !fits(label)) return [];
    labels.add(label);
    const option = item("a", `place-${index}`, label, link.querySelector(".icon"));
    option.href = link.href;
    option.tabIndex = -1;
    return [option];
  });
}

function actions() {
  return [...document.querySelectorAll("[data-command], .tabs a")].flatMap((source, index) => {
    const label = source.dataset.command || source.textContent.trim().replace(/\s+/g, " ");
    if (source.disabled || source.closest("[hidden]") || !fits(label)) return [];
    const option = item("div", `action-${index}`, label);
    const key = source.getAttribute("aria-keyshortcuts") ?? source.dataset.key;
    if (key) option.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    option.addEventListener("click", () => {
      palette.close();
      source.closest("details:not([open])")?.setAttribute("open", "");
      source.focus();
      source.click();
    });
    return [option];
  });
}

function group(name, heading, found) {
  list.querySelector(`[data-group=${name}]`)?.remove();
  if (!found.length) return;
  const box = document.createElement("div");
  box.dataset.group = name;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", heading);
  const title = Object.assign(document.createElement("p"), { className: "palette-group", textContent: heading });
  title.setAttribute("aria-hidden", "true");
  box.append(title, ...found);
  list.append(box);
}

function settle() {
  const found = options();
  choose(found[0]);
  list.hidden = !found.length;
  field.setAttribute("aria-expanded", String(found.length > 0));
  return found.length;
}

function say(count, failed) {
  nothing.hidden = count > 0 && !failed;
  nothing.textContent = failed ? words.failed : words.nothing;
  counted.textContent = failed || !count ? nothing.textContent : count === 1 ? words.one : words.many.replace("%(count)s", count);
}

function listHere() {
  list.replaceChildren();
  // Places first: Enter on the empty palette leads somewhere and does nothing.
  group("places", words.places, places());
  group("actions", words.actions, actions());
  return settle();
}

async function findIncidents(question) {
  asking = new AbortController();
  const address = `${field.form.action}?${new URLSearchParams({ q: question })}`;
  const headers = { "X-Fragment": "1", "X-Live": "1" };
  try {
    const answer = await fetch(address, { headers, redirect: "error", signal: asking.signal });
    if (!answer.ok) throw new Error(answer.status);
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    group("incidents", words.incidents, [...template.content.children]);
    say(settle(), false);
  } catch (error) {
    if (error.name !== "AbortError") say(options().length, true);
  }
}

function ask() {
  asking?.abort();
  clearTimeout(timer);
  const count = listHere();
  const question = field.value.trim();
  nothing.hidden = true;
  if (question.length > 1) timer = setTimeout(findIncidents, WAIT, question);
  else say(count, false);
}

function move(event) {
  const all = options();
  const at = all.indexOf(chosen());
  const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length }[event.key];
  if (to === undefined || !all.length) return;
  event.preventDefault();
  choose(all[to]);
}

function show() {
  field.value = "";
  open(palette);
  field.focus();
  ask();
}

field.addEventListener("input", ask);
field.addEventListener("keydown", move);
field.form.addEventListener("submit", (event) => {
  if (!chosen()) return;
  event.preventDefault();
  chosen().click();
});
palette.addEventListener("close", () => asking?.abort());

document.addEventListener("keydown", (event) => {
  if (letter(event).toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (palette.open) palette.close();
  else if (!document.querySelector("dialog:modal")) show();
});
for (const link of document.querySelectorAll("[data-goto]"))
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show();
  });
