// Keeps spans of time true while a page stays open. The server wrote every one of them already; the page's
// own moment comes from the server too, so a wrong clock on this machine changes nothing.

const units = document.querySelector('meta[name="units"]');
const [moment, minutes, hours, days, ahead, late] = units.content.split("|");
const drift = units.dataset.now ? Date.parse(units.dataset.now) - Date.now() : 0;

function inWords(milliseconds) {
  const whole = Math.floor(milliseconds / 60_000);
  if (whole < 1) return moment;
  if (whole < 60) return minutes.replace("%(minutes)s", whole);
  if (whole < 48 * 60) return hours.replace("%(hours)s", Math.floor(whole / 60)).replace("%(minutes)s", whole % 60);
  return days.replace("%(days)s", Math.floor(whole / 1440));
}

function refresh() {
  const now = Date.now() + drift;
  for (const time of document.querySelectorAll("time[data-span]")) {
    const away = Date.parse(time.dateTime) - now;
    const span = inWords(Math.abs(away));
    const words = time.dataset.span === "age" ? span : (away >= 0 ? ahead : late).replace("%(span)s", span);
    if (time.dataset.span === "due") time.toggleAttribute("data-late", away < 0);
    if (time.textContent !== words) time.textContent = words;
  }
}

setInterval(refresh, 15_000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
