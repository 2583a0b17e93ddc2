// On a phone a calendar opens where it is now: the chosen filter is in sight, and so is today, once. Whoever comes back
// to a place on the page, by a link, by the browser or after a change, stays there.

const phone = matchMedia("(max-width: 719px)");

for (const row of document.querySelectorAll(".chips, .tabs")) {
  const chosen = row.querySelector("a[aria-current]:not(.mine)");
  if (!chosen || row.scrollWidth <= row.clientWidth) continue;
  const [box, frame] = [chosen.getBoundingClientRect(), row.getBoundingClientRect()];
  if (box.left < frame.left || box.right > frame.right) row.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
}

const today = document.getElementById("today");
const isFresh = performance.getEntriesByType("navigation")[0]?.type === "navigate" && !location.hash;
const isUntouched = scrollY === 0 && document.activeElement === document.body;
if (today?.getClientRects().length && phone.matches && isFresh && isUntouched) {
  if (today.getBoundingClientRect().top > innerHeight / 2) today.scrollIntoView({ block: "start" });
}
