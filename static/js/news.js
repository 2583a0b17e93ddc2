// What changes while the queue is open. Rows change where they stand and those that left fade, so that nothing
// moves under a pointer or a finger; what is new waits until it is asked for. What its reader may no longer know
// of goes at once, words and all.

import { refreshPreview } from "./preview.js";
import { announce } from "./region.js";
import { current, list, rowOf, rows, setCurrent } from "./rows.js";

const groups = document.querySelector("[data-groups]");
const pill = document.querySelector("[data-bring]");
const words = document.querySelector("template[data-words]")?.dataset;
const OURS = new Set(["incident", "all", "access"]);
const BY_ITSELF = { "X-Live": "1" };
const SOON = 250;
let timer = 0;
let busy = false;
let again = false;
let latest = null;

async function rowsAt(address, byItself = {}) {
  const headers = { Accept: "text/html", "X-Rows": "1", ...byItself };
  const answer = await fetch(address, { headers, redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}

async function look() {
  if (busy) return void (again = true);
  busy = true;
  try {
    latest = await rowsAt(location.href, BY_ITSELF);
    await compare(latest);
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

const sectionIn = (fresh, row) => fresh.querySelector(`[data-group="${row.closest("[data-group]").dataset.group}"]`);
const rowIn = (root, row) => root?.querySelector(`.row[data-code="${CSS.escape(row.dataset.code)}"]`);

async function compare(fresh) {
  offer(newOnes(fresh).length);
  for (const row of rows()) {
    const [section, now] = [sectionIn(fresh, row), rowIn(fresh, row)];
    if (now) update(row, now);
    // Beyond the first page of a long group nobody can tell who left.
    const left = !rowIn(section, row) && !(section && "more" in section.dataset);
    row.toggleAttribute("data-left", left);
    if (left && !now && !(await isKnown(row))) empty(row);
  }
}

const newOnes = (fresh) => [...fresh.querySelectorAll(".row")].filter((row) => !rowOf(row.dataset.code));

function update(row, now) {
  row.toggleAttribute("data-triage", "triage" in now.dataset);
  for (const [at, cell] of [...row.cells].entries()) {
    const fresh = now.cells[at];
    if (cell.textContent.trim() === fresh.textContent.trim()) continue;
    const link = cell.querySelector("[data-row]");
    // The link keeps the focus it may have.
    if (link) link.textContent = link.title = fresh.querySelector("[data-row]").textContent;
    else cell.replaceChildren(...fresh.cloneNode(true).childNodes);
  }
}

// A row that is in no group any more has ended, or is hidden from its reader now. Whoever does not hear that
// it may be known takes it for hidden.
async function isKnown(row) {
  try {
    const address = `${row.querySelector("[data-row]").href}preview/`;
    return (await fetch(address, { method: "HEAD", headers: BY_ITSELF, redirect: "error" })).ok;
  } catch {
    return false;
  }
}

function empty(row) {
  const link = row.querySelector("[data-row]");
  for (const cell of row.cells) if (!cell.contains(link)) cell.replaceChildren();
  link.textContent = words.gone;
  link.removeAttribute("title");
}

function offer(count) {
  pill.hidden = count === 0;
  const said = count === 1 ? words.newOne : words.newMany.replace("%(count)s", count);
  if (pill.textContent !== said) pill.textContent = said;
}

function bring() {
  if (!document.querySelector("[data-pane]")) return location.reload();
  const arrived = new Set(newOnes(latest).map((row) => row.dataset.code));
  groups.replaceChildren(latest.cloneNode(true));
  offer(0);
  for (const row of rows()) row.toggleAttribute("data-fresh", arrived.has(row.dataset.code));
  choose(rows().find((row) => arrived.has(row.dataset.code)) ?? rows()[0]);
  announce("polite", words.brought);
}

function choose(row) {
  setCurrent(row);
  document.dispatchEvent(new CustomEvent("queue:choose", { detail: { row } }));
}

async function further(event, link) {
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const more = (await rowsAt(link.href)).querySelector("[data-group]");
    const arrived = [...more.querySelectorAll(".row")];
    link.closest("[data-group]").querySelector("tbody").append(...arrived);
    link.parentElement.replaceWith(more.querySelector(".group-more") ?? "");
    choose(arrived[0] ?? current());
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
    if (!OURS.has(event.detail?.kind)) return;
    event.preventDefault();
    soon();
  });
}
