// One key for one thing on this screen: what is marked with data-press is pressed, or written into. Off while
// somebody types, and off altogether where they said so.

import { keysOn, letter } from "./keys.js";

const writes = "input:not([type=hidden]), textarea, select";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !keysOn()) return;
  if (event.target.closest(`${writes}, [contenteditable], dialog[open]`)) return;
  const wanted = document.querySelector(`[data-press="${CSS.escape(letter(event))}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a, button")) wanted.click();
  else if (wanted.matches("summary")) {
    wanted.parentElement.open = true;
    wanted.parentElement.querySelector(writes)?.focus();
  } else (wanted.matches(writes) ? wanted : wanted.querySelector(writes))?.focus();
});
