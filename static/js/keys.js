// Shortcuts of a single key: whether they are wanted, and whether a key was meant as one. Every module that
// listens for such a key asks here first.

export const keysOn = () => !/(?:^|; )keys=off(?:;|$)/.test(document.cookie);

const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable=true]";

// True for a bare key outside of every field and dialog, while such shortcuts are on.
export function isShortcut(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (!keysOn() || document.querySelector("dialog:modal")) return false;
  return !event.target.closest?.(TYPED_INTO);
}

// The Latin letter of a key, also where the keyboard writes another alphabet: people keep their layout.
export function letter(event) {
  const foreign = event.key.length === 1 && event.key > "\x7f";
  return foreign && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
}

const apple = /mac|iphone|ipad/i.test(navigator.userAgentData?.platform ?? navigator.platform);

// `mod K` is ⌘ K on an Apple keyboard and Ctrl K elsewhere.
for (const key of document.querySelectorAll("[data-cap]")) {
  key.textContent = key.dataset.cap.replace("mod", apple ? "⌘" : "Ctrl");
  key.hidden = false;
}
