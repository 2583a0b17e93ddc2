// Light, dark, or as the system says: kept in a cookie, so that the server draws the next page right at once.

for (const choices of document.querySelectorAll("[data-theme-switch]")) {
  choices.hidden = false;
  mark(choices);
  choices.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    const theme = button.dataset.themeChoice;
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31_536_000 : 0}; samesite=lax`;
    mark(choices);
  });
}

function mark(choices) {
  const current = document.documentElement.dataset.theme ?? "";
  for (const button of choices.querySelectorAll("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
}
