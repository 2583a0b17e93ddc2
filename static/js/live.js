// Keeps the page current. A poke names what changed; the regions that show it (`data-live`, topics with spaces
// between) are asked for again, each source once, and only what differs is put in their place. While the stream is
// away every region is asked for every ten seconds, and the rail says so.

import { follow, showRooms } from "./stream.js";
import { refuse, remember, renew } from "./region.js";

const GATHER = 150; // pokes come in bursts
const SPREAD = 150; // and to every browser at once
const SPACING = 1_000;
const EVERY = 10_000;
const EVERYTHING = "*";
const ONCE_SEEN = "* once somebody looks";
const NO_LONGER = new Set([401, 403, 404, 410]);

const url = document.body.dataset.stream;
const state = document.querySelector("[data-stream-state]");
const changed = new Set(); // topics poked and not yet asked for
let timer = 0;
let asking = false;
let askedAt = 0;
let polling = 0;

const regions = () => [...document.querySelectorAll("[data-live][id]")];
const topicsOf = (region) => region.dataset.live.split(/\s+/);
// Being paged is worth asking about even where nobody looks.
const isUrgent = (region) => topicsOf(region).includes("pages");

function topicsFor(kind, code) {
  if (kind === "all" || kind === "access") return [EVERYTHING];
  if (kind === "incident") return [`incident:${code}`, "queue", "home"];
  return [code ? `${kind}:${code}` : kind];
}

/** A screen that looks after its own `queue` regions says so by `preventDefault()`. */
function poked(kind, code) {
  const heard = new CustomEvent("live:poke", { detail: { kind, code }, cancelable: true });
  const ours = document.dispatchEvent(heard);
  for (const topic of topicsFor(kind, code)) if (ours || topic !== "queue") changed.add(topic);
  schedule();
}

function schedule() {
  if (timer || asking || !regions().some(isDue)) return;
  const soon = Math.max(GATHER, askedAt + SPACING - Date.now()) + Math.random() * SPREAD;
  timer = setTimeout(ask, soon);
}

function isDue(region) {
  if (document.hidden && !isUrgent(region)) return false;
  if (changed.has(EVERYTHING) || (changed.has(ONCE_SEEN) && !document.hidden)) return true;
  return topicsOf(region).some((topic) => changed.has(topic));
}

async function ask() {
  timer = 0;
  const due = regions().filter(isDue);
  const later = document.hidden ? [...changed].filter((topic) => topic !== "pages") : [];
  changed.clear();
  for (const topic of later) changed.add(topic === EVERYTHING ? ONCE_SEEN : topic);
  asking = true;
  try {
    await Promise.all([...bySource(due)].map(([source, those]) => askFor(source, those)));
  } finally {
    asking = false;
    askedAt = Date.now();
  }
  look();
  schedule();
}

/** A region without a source of its own comes with its screen. */
function bySource(due) {
  const sources = new Map();
  for (const region of due) {
    const source = region.dataset.src || location.pathname + location.search;
    sources.set(source, [...(sources.get(source) ?? []), region]);
  }
  return sources;
}

async function askFor(source, those) {
  let answer, html;
  try {
    answer = await fetch(source, { headers: { Accept: "text/html", "X-Live": "1" }, redirect: "manual" });
    html = await answer.text();
  } catch {
    return; // the network is away: the next time will do
  }
  const signedOut = answer.type === "opaqueredirect";
  if (signedOut || NO_LONGER.has(answer.status)) {
    const isWholeScreen = location.pathname.startsWith(new URL(source, location.href).pathname);
    refuse(those, isWholeScreen, signedOut);
  } else if (answer.ok) {
    const page = new DOMParser().parseFromString(html, "text/html");
    // What the screen no longer has is empty now.
    for (const region of those) renew(region, page.getElementById(region.id) ?? region.cloneNode(false));
  }
}

/** Takes in the regions a screen has now; a script that puts new ones there says so by `live:look`. */
function look() {
  const here = regions();
  here.forEach(remember);
  const rooms = here.flatMap(topicsOf).filter((topic) => topic.startsWith("presence:"));
  return showRooms(new Set(rooms.map((topic) => topic.slice("presence:".length))));
}

function stateIs(open) {
  if (state) state.hidden = open;
  clearInterval(polling);
  if (open && polling) poked("all", "");
  polling = open ? 0 : setInterval(() => poked("all", ""), EVERY);
}

async function start() {
  await look();
  follow(url, { poke: poked, state: stateIs });
  document.addEventListener("visibilitychange", schedule);
  document.addEventListener("live:look", look);
  // What changes by itself, and with nothing that anybody would poke about, is asked for by the clock.
  if (regions().some((region) => topicsOf(region).includes("clock"))) setInterval(() => poked("clock", ""), EVERY);
}

if (url) start();
