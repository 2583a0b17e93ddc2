// One stream of pokes for the whole page. A poke names a kind; every fragment marked with that kind is asked
// for again. While the stream is away the fragments are asked for every ten seconds, and the rail says so.

const EVERY = 10_000;
const url = document.body.dataset.stream;
const state = document.querySelector("[data-stream-state]");
let timer = 0;

function announce(politeness, words) {
  const region = document.querySelector(`[data-announce="${politeness}"]`);
  if (region) region.textContent = words ?? "";
}

const countIn = (fragment) => Number(fragment.querySelector("[data-count]")?.dataset.count ?? 0);

async function refresh(fragment) {
  let answer;
  try {
    answer = await fetch(fragment.dataset.src, { headers: { Accept: "text/html" }, redirect: "error" });
  } catch {
    return;
  }
  if (!answer.ok) return;
  const html = await answer.text();
  const next = document.createElement("template");
  next.innerHTML = html;
  const before = countIn(fragment);
  // Somebody in the middle of pressing a button there keeps it, unless what it stood for is gone.
  const held = fragment.contains(document.activeElement) ? document.activeElement.closest("form")?.action : null;
  fragment.replaceChildren(next.content);
  if (held) [...fragment.querySelectorAll("form")].find((form) => form.action === held)?.querySelector("button")?.focus();
  const after = countIn(fragment);
  if (after > before) announce("assertive", fragment.dataset.saysMore);
  else if (after < before) announce("polite", fragment.dataset.saysFewer);
}

function refreshAll(kind) {
  const marked = kind ? `[data-live="${CSS.escape(kind)}"]` : "[data-live]";
  for (const fragment of document.querySelectorAll(marked)) refresh(fragment);
}

function away() {
  if (timer) return;
  if (state) state.hidden = false;
  timer = setInterval(refreshAll, EVERY);
}

function back() {
  if (!timer) return;
  if (state) state.hidden = true;
  clearInterval(timer);
  timer = 0;
  refreshAll();
}

function listen() {
  const stream = new EventSource(url, { withCredentials: true });
  stream.addEventListener("open", back);
  stream.addEventListener("poke", (event) => refreshAll(event.data));
  stream.addEventListener("error", () => {
    away();
    // A refused stream is not tried again by the browser itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, EVERY);
  });
  addEventListener("pagehide", () => stream.close(), { once: true });
}

if (url) listen();
