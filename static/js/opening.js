// What opens above the page and closes again: dialogs (`data-opens="id"`, `data-closes`) and menus (`details.menu`).

export function open(dialog) {
  if (dialog.open) return;
  const menu = document.activeElement?.closest("details.menu[open]");
  dialog.showModal();
  // Closing the menu hides the button that opened the dialog; the focus goes back to the menu instead.
  if (!menu) return;
  menu.open = false;
  dialog.addEventListener("close", () => menu.querySelector("summary").focus(), { once: true });
}

for (const opener of document.querySelectorAll("[data-opens]")) opener.hidden = false;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens));
  else if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  else if (event.target.matches("dialog:modal") && isOutside(event)) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

// A press on the backdrop is a press on the dialog itself, outside its box.
function isOutside(event) {
  const box = event.target.getBoundingClientRect();
  const across = event.clientX < box.left || event.clientX > box.right;
  return across || event.clientY < box.top || event.clientY > box.bottom;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog:modal")) return;
  const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
