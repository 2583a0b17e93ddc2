// What changes while the queue is open. Rows change where they stand and those that left fade, so that nothing
// moves under a pointer or a finger; what is new waits until it is asked for.

import { announce } from "./asking.js";
import { refreshPreview } from "./preview.js";
import { current, list, rowOf, rows, setCurrent } from "./rows.js";

const groups = document.querySelector("[data-groups]");
const pill = document.querySelector("[data-bring]");
const words = document.querySelector("template[data-words]")?.dataset;
const SOON = 250;
let timer = 0;
let busy = false;
let again = false;
let latest = null;

async function rowsAt(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html", "X-Live": "1", "X-Rows": "1" }, redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}

async function look() {
  if (busy) return void (again = true);
  busy = true;
  try {
    latest = await rowsAt(location.href);
    compare(latest);
    refreshPreview(current());
  } catch {
    // The next poke asks again; the stream's own state says when there is none.
  }
  busy = false;
  if (again) soon();
  again = false;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, SOON);
}

const inGroup = (root, row) => {
  const name = row.closest("[data-group]").dataset.group;
  return root.querySelector(`[data-group="${name}"] .row[data-code="${CSS.escape(row.dataset.code)}"]`);
};

function compare(fresh) {
  for (const row of rows()) {
    const now = fresh.querySelector(`.row[data-code="${CSS.escape(row.dataset.code)}"]`);
    if (now) update(row, now);
    // Beyond the first page of a long group nobody can tell who left.
    const section = fresh.querySelector(`[data-group="${row.closest("[data-group]").dataset.group}"]`);
    const left = !inGroup(fresh, row) && !(section && "more" in section.dataset);
    row.toggleAttribute("data-left", left);
  }
  offer(newOnes(fresh).length);
}

const newOnes = (fresh) => [...fresh.querySelectorAll(".row")].filter((row) => !rowOf(row.dataset.code));

function update(row, now) {
  row.toggleAttribute("data-triage", "triage" in now.dataset);
  for (const [at, cell] of [...row.cells].entries()) {
    const fresh = now.cells[at];
    if (cell.textContent.trim() === fresh.textContent.trim()) continue;
    const link = cell.querySelector("[data-row]");
    if (link) {
      // The link keeps the focus it may have.
      link.textContent = link.title = fresh.querySelector("[data-row]").textContent;
    } else cell.replaceChildren(...[...fresh.cloneNode(true).childNodes]);
  }
}

function offer(count) {
  pill.hidden = count === 0;
  const said = count === 1 ? words.newOne : words.newMany.replace("%(count)s", count);
  if (pill.textContent !== said) pill.textContent = said;
}

function bring() {
  const arrived = new Set(newOnes(latest).map((row) => row.dataset.code));
  const kept = current()?.dataset.code;
  groups.replaceChildren(latest.cloneNode(true));
  offer(0);
  for (const row of rows()) row.toggleAttribute("data-fresh", arrived.has(row.dataset.code));
  const row = rows().find((one) => arrived.has(one.dataset.code)) ?? rowOf(kept) ?? rows()[0];
  if (!document.querySelector("[data-pane]")) return location.reload();
  setCurrent(row);
  document.dispatchEvent(new CustomEvent("queue:choose", { detail: { row } }));
  announce(words.brought);
}

async function further(event, link) {
  event.preventDefault();
  const section = link.closest("[data-group]");
  link.setAttribute("aria-busy", "true");
  try {
    const page = await rowsAt(link.href);
    const more = page.querySelector("[data-group]");
    const first = more.querySelector(".row");
    section.querySelector("tbody").append(...more.querySelectorAll(".row"));
    const onward = more.querySelector(".group-more");
    if (onward) link.parentElement.replaceWith(onward);
    else link.parentElement.remove();
    setCurrent(current());
    if (first) document.dispatchEvent(new CustomEvent("queue:choose", { detail: { row: first } }));
  } catch {
    location.assign(link.href);
  }
}

if (list) {
  pill.addEventListener("click", bring);
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-onward]");
    if (link) further(event, link);
  });
  document.addEventListener("live:poke", (event) => {
    const kind = event.detail?.kind;
    if (kind && kind !== "incident") return;
    event.preventDefault();
    soon();
  });
}
