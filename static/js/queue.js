// The queue under the keyboard and the pointer: one row at a time is the current one, `a`, `m` and `d` act on it,
// and after an act the next row is current. On a page where nothing has the focus yet the keys mean the list, as its
// current row is marked. What stands beside the list is in `preview.js`, what changes while it
// is open in `news.js`.

import { act, stopsHere } from "./asking.js";
import { isShortcut, letter } from "./keys.js";
import { articleOf, isWide, pane, show } from "./preview.js";
import { following, list, nextTo, rowOf, rows, setCurrent, current } from "./rows.js";
import "./news.js";

const RETURNING = "queue-returning";

function choose(row, { focus = true } = {}) {
  if (!row) return;
  setCurrent(row);
  if (focus) row.querySelector("[data-row]").focus();
  if (!isWide() || !pane) return;
  show(row);
  history.replaceState(history.state, "", addressWith(row.dataset.code));
}

function addressWith(code) {
  const address = new URL(location.href);
  if (code) address.searchParams.set("selected", code);
  else address.searchParams.delete("selected");
  return address.pathname + address.search;
}

const moves = {
  j: () => nextTo(current(), 1),
  ArrowDown: () => nextTo(current(), 1),
  k: () => nextTo(current(), -1),
  ArrowUp: () => nextTo(current(), -1),
  Home: () => rows().at(0),
  End: () => rows().at(-1),
};
const acts = { a: "[data-accept]", m: "[data-asks=m]", d: "[data-asks=d]" };

async function press(row, key) {
  const article = await articleOf(row);
  // It may have taken a while, and somebody may have gone on meanwhile.
  if (!article || row !== current() || document.querySelector("dialog:modal")) return;
  const wanted = article.querySelector(acts[key]);
  if (wanted) act(wanted);
  else stopsHere(row.dataset.code);
}

const search = () => document.querySelector(".queue-search input[type=search]").select();

list?.addEventListener("keydown", (event) => {
  const key = letter(event);
  const bare = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
  if (!bare || (key.length === 1 && !isShortcut(event))) return;
  if (key in moves) choose(moves[key]());
  else if (key in acts && current()) press(current(), key);
  else if (key === "/") search();
  else return;
  event.preventDefault();
});

// The arrows go on scrolling the page while the focus is nowhere, and where no row is marked none is acted on.
document.addEventListener("keydown", (event) => {
  const key = letter(event);
  if (!list || event.target !== document.body || event.shiftKey || !isShortcut(event)) return;
  if (key === "/") search();
  else if (!current()) return;
  else if (key === "j" || key === "k") choose(isWide() ? moves[key]() : current());
  else if (!isWide()) return;
  else if (key === "Enter") location.assign(current().querySelector("[data-row]").href);
  else if (key in acts) press(current(), key);
  else return;
  event.preventDefault();
});

// However the focus comes to a row, the keys act on that row and on no other.
list?.addEventListener("focusin", (event) => {
  const row = event.target.closest(".row");
  if (row && row !== current()) choose(row, { focus: false });
});

// A press of the pointer chooses a row where there is room beside the list, and opens it elsewhere. Enter on a
// row's link opens the room everywhere, as does a press with a key that asks for another tab.
list?.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (!row || !isWide() || !pane || event.detail === 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (event.detail > 1) location.assign(row.querySelector("[data-row]").href);
  else choose(row);
});

// Coming to the list by the link that skips to it means coming to its current row.
list?.addEventListener("focus", () => current()?.querySelector("[data-row]").focus());

document.addEventListener("submit", (event) => {
  const next = event.target.elements?.next;
  const code = event.target.closest("[data-code]")?.dataset.code;
  if (!next?.dataset?.next || !code) return;
  next.value = addressWith(next.dataset.next === "on" ? following(code) : code);
  sessionStorage.setItem(RETURNING, "1");
}, true);

document.addEventListener("queue:choose", (event) => choose(event.detail.row));

if (list) {
  setCurrent(rowOf(pane?.dataset.shows) ?? rows()[0]);
  if (sessionStorage.getItem(RETURNING)) current()?.querySelector("[data-row]").focus();
  sessionStorage.removeItem(RETURNING);
}
