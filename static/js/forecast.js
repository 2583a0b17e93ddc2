// A sheet beside the schedule it comes to: whenever something on it changes, the server is asked what the next weeks
// would be, and the answer takes the place of the one before. Nothing is saved by looking.

import { announce } from "./region.js";

const PAUSE = 350; // people type dates digit by digit
const form = document.querySelector("form[data-forecast]");
const pane = form?.querySelector("[data-pane]");
let timer = 0;
let asking = null;

function later() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

async function look() {
  asking?.abort();
  const mine = (asking = new AbortController());
  const sent = new FormData(form);
  sent.set("press", "look");
  pane.setAttribute("aria-busy", "true");
  try {
    // It counts as somebody at work, which they are: they are filling in the sheet.
    const answer = await fetch(location.pathname, {
      method: "POST",
      body: new URLSearchParams(sent),
      headers: { Accept: "text/html" },
      redirect: "error",
      signal: mine.signal,
    });
    if (!answer.ok) throw new Error("failed");
    show(await answer.text());
  } catch {
    if (!mine.signal.aborted) failed();
  } finally {
    if (asking === mine) pane.removeAttribute("aria-busy");
  }
}

function show(html) {
  const isOpen = pane.querySelector("details[open]");
  const made = document.createElement("template");
  made.innerHTML = html;
  pane.replaceChildren(made.content);
  if (isOpen) pane.querySelector("details").open = true;
  const said = pane.querySelector("[data-says]");
  form.querySelector("[data-glance]")?.replaceChildren(...said.cloneNode(true).childNodes);
  spare(true);
  announce("polite", said.textContent.trim().replace(/\s+/g, " "));
}

// What is shown is not what is typed any more, so the button that asks by hand comes back.
function failed() {
  spare(false);
  const said = document.createElement("p");
  said.className = "notice";
  said.dataset.level = "warning";
  said.textContent = form.dataset.failed;
  pane.querySelector(".notice")?.remove();
  pane.prepend(said);
  announce("polite", form.dataset.failed);
}

function spare(isHidden) {
  for (const button of form.querySelectorAll("[data-spare]")) button.hidden = isHidden;
}

if (form && pane) {
  spare(true);
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
