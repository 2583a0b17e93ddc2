// The queue's rows as one grid: one of them is current, takes the focus, and is what the keys act on.

export const list = document.querySelector("[data-list]");

export const rows = () => [...(list?.querySelectorAll(".row") ?? [])];
export const rowOf = (code) => code && list?.querySelector(`.row[data-code="${CSS.escape(code)}"]`);
export const current = () => list?.querySelector(".row[data-selected]");

// Tab comes to the current row alone; j, k and the arrows lead on from there.
export function setCurrent(chosen) {
  for (const grid of list.querySelectorAll("table.rows")) grid.setAttribute("role", "grid");
  for (const row of rows()) {
    const here = row === chosen;
    row.toggleAttribute("data-selected", here);
    row.setAttribute("aria-selected", String(here));
    for (const link of row.querySelectorAll("a")) link.tabIndex = here && "row" in link.dataset ? 0 : -1;
  }
}

export function nextTo(row, step) {
  const all = rows();
  return all[Math.min(Math.max(all.indexOf(row) + step, 0), all.length - 1)];
}

// The code of the row one goes on with when this one is dealt with; none when it was the last.
export function following(code) {
  const all = rows();
  const at = all.findIndex((row) => row.dataset.code === code);
  const stays = (row) => row.dataset.code !== code && !("left" in row.dataset);
  const next = all.slice(at + 1).find(stays) ?? all.slice(0, Math.max(at, 0)).findLast(stays);
  return next?.dataset.code;
}
