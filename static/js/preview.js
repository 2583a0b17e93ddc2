// What stands beside the queue: the fragment of the current row, asked for when it changes.

export const pane = document.querySelector("[data-pane]");
const queue = document.querySelector("[data-queue]");
const wide = matchMedia("(min-width: 1366px)");
const SOON = 120;
let asking = null;
let coming = Promise.resolve();

export const isWide = () => wide.matches;
const shown = () => pane?.querySelector("article[data-code]");

// What a person asks for keeps them signed in; what the page asks for by itself (`X-Live`) does not.
async function fetched(row, { quietly = false, signal } = {}) {
  const headers = { Accept: "text/html", ...(quietly && { "X-Live": "1" }) };
  const address = `${row.querySelector("[data-row]").href}preview/`;
  const answer = await fetch(address, { headers, redirect: "error", signal });
  if (answer.status === 404) throw new Error("gone");
  if (!answer.ok) throw new Error("failed");
  const made = document.createElement("template");
  made.innerHTML = await answer.text();
  return made.content;
}

export function show(row, how) {
  return (coming = bring(row, how));
}

// Whoever runs down the list with a key held asks for nothing until they stop.
async function bring(row, { quietly = false } = {}) {
  asking?.abort();
  if (!quietly && shown()?.dataset.code === row.dataset.code) return;
  const mine = (asking = new AbortController());
  const loading = quietly ? 0 : setTimeout(() => put("[data-loading]"), SOON * 2);
  try {
    if (!quietly) await pause(SOON);
    if (mine.signal.aborted) return;
    const content = await fetched(row, { quietly, signal: mine.signal });
    if (quietly && inUse()) return;
    pane.replaceChildren(content);
    if (!quietly) pane.scrollTop = 0;
  } catch (error) {
    const gone = error.message === "gone";
    if (!mine.signal.aborted && (gone || !quietly)) failed(row, gone ? queue.dataset.previewGone : queue.dataset.previewFailed);
  } finally {
    clearTimeout(loading);
  }
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function put(template) {
  pane.replaceChildren(document.querySelector(`template${template}`).content.cloneNode(true));
}

function failed(row, words) {
  put("[data-failed]");
  pane.querySelector("[data-why]").textContent = words;
  pane.querySelector("[data-open]").href = row.querySelector("[data-row]").href;
  pane.querySelector("[data-retry]").addEventListener("click", () => show(row));
}

// Whoever is in the middle of something there keeps it.
const inUse = () =>
  pane.contains(document.activeElement) || pane.querySelector("details[open]") || document.querySelector("dialog.asking");

export function refreshPreview(row) {
  if (row && pane && isWide() && shown()?.dataset.code === row.dataset.code) show(row, { quietly: true });
}

// The fragment of a row with its forms, wherever it can be shown: beside the list, else out of sight.
export async function articleOf(row) {
  if (pane && isWide()) {
    await coming;
    if (shown()?.dataset.code === row.dataset.code) return shown();
  }
  try {
    const content = await fetched(row);
    document.querySelector("[data-aside]")?.remove();
    const aside = document.createElement("div");
    aside.hidden = true;
    aside.dataset.aside = "";
    aside.append(content);
    document.body.append(aside);
    return aside.querySelector("article");
  } catch {
    location.assign(row.querySelector("[data-row]").href);
    return null;
  }
}
