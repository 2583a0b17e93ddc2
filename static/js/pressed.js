// Which shift somebody pressed, so that the focus comes back to it when its sheet closes and when the page has been
// loaded anew. A change may have moved where it begins: then the nearest of its lane is the one.

const KEY = "shift-pressed";
const whole = (link) => link.pathname + link.search;
const shown = () => [...document.querySelectorAll("a[data-shift]")].filter((link) => link.getClientRects().length);
const twins = (path) => shown().filter((link) => whole(link) === path);

function told(path) {
  const address = new URL(path, location.origin);
  const at = Date.parse(address.searchParams.get("at"));
  return { lane: `${address.pathname} ${address.searchParams.get("lane")}`, at };
}

/** Its address, and which it is of the links that lead there: a shift stands on each of its days. */
export function pressedAt(link) {
  const path = whole(link);
  return { path, place: Math.max(twins(path).indexOf(link), 0), page: location.pathname + location.search };
}

export function goBackTo(pressed, link) {
  const wanted = link?.isConnected ? link : found(pressed);
  (wanted ?? document.getElementById("main"))?.focus();
}

export function keepPressed(pressed) {
  sessionStorage.setItem(KEY, JSON.stringify(pressed));
}

function found({ path, place }) {
  const { lane, at } = told(path);
  const ofLane = shown().filter((link) => told(whole(link)).lane === lane);
  const away = (link) => Math.abs(told(whole(link)).at - at);
  const nearest = ofLane.reduce((best, link) => (best && away(best) <= away(link) ? best : link), null);
  if (!nearest) return null;
  const same = twins(whole(nearest));
  return same[Math.min(place, same.length - 1)];
}

const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
sessionStorage.removeItem(KEY);
if (kept?.page === location.pathname + location.search) goBackTo(kept, null);
