// One part of the page that keeps itself current: how a newer one takes its place, what is said about it, and
// what happens when somebody is writing there or may no longer see it.

import { morph, nameOf, same } from "./morph.js";

const served = new WeakMap(); // region → what the server last said; scripts may have changed the page since

const saying = new Map(); // a form that lags behind → what it says about that

/** Says something to whoever listens to the page without looking. */
export function announce(politeness, words) {
  const place = document.querySelector(`[data-announce="${politeness}"]`);
  if (place) place.textContent = words ?? "";
}

/** Remembers a region as it came with the page. */
export function remember(region) {
  if (!served.has(region)) served.set(region, region.cloneNode(true));
}

/** Puts `next` in the region's place, unless it says the same. */
export function renew(region, next) {
  if (same(served.get(region), next)) return;
  served.set(region, next);
  const [before, focused] = [countIn(region), document.activeElement];
  // For whoever takes in some of it by themselves first.
  region.dispatchEvent(new CustomEvent("live:coming", { bubbles: true, detail: { next } }));
  const behind = morph(region, next, heldIn(region));
  sayStale(region, behind);
  keepFocus(region, focused);
  sayWhatChanged(region, before);
  region.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
}

/** Takes everything off the screen that its person may no longer see. What they were writing stays if all that
    happened is that their session ended. */
export function refuse(regions, isWholeScreen, signedOut) {
  const place = isWholeScreen ? document.querySelector("main") ?? regions[0] : regions[0];
  for (const region of regions) region.removeAttribute("data-live");
  const writing = signedOut ? [...heldIn(place)] : [];
  for (const region of regions) if (!place.contains(region)) region.replaceChildren();
  place.replaceChildren(notice(signedOut ? "signed-out" : "gone"), ...writing);
  announce("assertive", place.firstElementChild.textContent.trim().replace(/\s+/g, " "));
}

/** The forms (or single fields) in which somebody is writing, or has written something not yet sent, or refused. */
function heldIn(region) {
  const fields = [...region.querySelectorAll("input, textarea, select, [contenteditable]")];
  const writing = fields.filter((field) => (field === document.activeElement && isTyped(field)) || isChanged(field));
  const marked = region.querySelectorAll("[data-dirty], form:has([aria-invalid=true], .refusals)");
  return new Set([...writing.map((field) => field.closest("form") ?? field), ...marked]);
}

const isTyped = (field) => !field.matches("[type=hidden], [type=submit], [type=button], [type=checkbox], [type=radio]");

function isChanged(field) {
  if (field.type === "hidden" || !("form" in field)) return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.localName !== "select") return field.value !== field.defaultValue;
  const options = [...field.options];
  if (!options.some((option) => option.defaultSelected)) return field.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

/** Forms that lag behind say so; those that caught up no longer do. What is in `data-tells` says it in its own way. */
function sayStale(region, behind) {
  region.toggleAttribute("data-stale", behind.length > 0);
  for (const [element, said] of saying) {
    if (region.contains(said) && !behind.includes(element)) said.remove();
    if (!said.isConnected) saying.delete(element);
  }
  for (const element of behind) {
    if (saying.has(element) || element.closest("[data-tells]")) continue;
    const said = notice("stale");
    said.querySelector("button").addEventListener("click", () => show(region, element));
    if (element.localName === "form") element.prepend(said);
    else element.before(said);
    saying.set(element, said);
  }
}

/** Lets the newer version in. What was written goes along wherever nobody else changed the same field; where
    somebody did, the form stays as it was, and the server shows both when it is sent. */
function show(region, element) {
  const next = served.get(region);
  const newer = [...next.querySelectorAll(element.localName)].find((other) => nameOf(other) === nameOf(element));
  if (newer && inConflict(element, newer)) {
    const said = notice("conflict");
    saying.get(element).replaceWith(said);
    saying.set(element, said);
    return;
  }
  const held = heldIn(region);
  held.delete(element);
  sayStale(region, morph(region, next, held));
  if (element.isConnected) element.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  else region.querySelector("a[href], button, [tabindex]")?.focus();
  region.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
}

function inConflict(form, newer) {
  const fields = [...form.querySelectorAll("input[name], textarea[name], select[name]")].filter(isChanged);
  return fields.some((field) => {
    const other = newer.querySelector(`[name="${CSS.escape(field.name)}"]`);
    return other && !same(field, other); // as the server sent them: what is typed is no part of the markup
  });
}

function notice(name) {
  const words = document.querySelector(`template[data-words="${name}"]`);
  return document.importNode(words.content.firstElementChild, true);
}

function keepFocus(region, focused) {
  if (document.activeElement === focused || focused === document.body) return;
  if (focused.isConnected) return focused.focus({ preventScroll: true });
  const twins = [...region.querySelectorAll(focused.localName)];
  twins.find((twin) => nameOf(twin) === nameOf(focused))?.focus({ preventScroll: true });
}

const countIn = (region) => Number(region.querySelector("[data-count]")?.dataset.count ?? 0);

function sayWhatChanged(region, before) {
  const after = countIn(region);
  if (after > before) announce("assertive", region.dataset.saysMore);
  else if (after < before) announce("polite", region.dataset.saysFewer);
  else if (region.dataset.says) announce("polite", region.dataset.says);
}
