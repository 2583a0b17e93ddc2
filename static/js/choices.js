// How somebody likes the console: appearance, density, single-key shortcuts. Each choice is kept in a cookie of
// its name, so that the server draws the next page right at once; an empty choice takes the cookie away.

const root = document.documentElement;
const kept = (name) => document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";

function mark(switched) {
  const current = kept(switched.dataset.keeps);
  for (const button of switched.querySelectorAll("[data-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset.choice === current));
}

for (const switched of document.querySelectorAll("[data-keeps]")) {
  const name = switched.dataset.keeps;
  switched.hidden = false;
  mark(switched);
  switched.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choice]")?.dataset.choice;
    if (choice === undefined) return;
    document.cookie = `${name}=${choice}; path=/; max-age=${choice ? 31_536_000 : 0}; samesite=lax`;
    if (choice) root.dataset[name] = choice;
    else delete root.dataset[name];
    mark(switched);
  });
}
