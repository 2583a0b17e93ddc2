// `?` opens the list of shortcuts.
import { isShortcut } from "./keys.js";
import { open } from "./opening.js";

const help = document.getElementById("help");

if (help)
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || !isShortcut(event)) return;
    event.preventDefault();
    open(help);
  });
