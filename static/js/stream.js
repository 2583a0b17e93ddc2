// One stream a browser. Whichever tab holds a lock keeps the connection and passes on what it hears; when it
// closes, the next tab takes over. Where there are no locks, each tab keeps a stream of its own.

const NAME = "watchfloor-stream";
const ROOM = "watchfloor-room ";
const RETRY = 10_000; // a refused stream is not tried again by the browser itself
const SETTLE = 300; // rooms come and go together when people move about
const TICK = 5_000;
const SILENT = 20_000; // a leader this quiet sleeps in the background, or hangs
const KEPT = 60_000;

const shared = Boolean(navigator.locks && window.BroadcastChannel);
const channel = shared ? new BroadcastChannel(NAME) : null;
const me = Math.random().toString(36).slice(2);
const rooms = new Map(); // the codes this tab shows → what gives each back
const recent = []; // pokes of the last minute, for a tab that is just opening

// What happened after this moment may be missing from the page. Redirects before it do not count.
let since = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.fetchStart ?? 0);
let url, onPoke, onState, stream;
let open = null; // whether pokes come: unknown until the leader has said
let leading = false;
let queued = false;
let heardAt = since;
let connectedTo = "";
let settling = 0;

/** Calls `poke(kind, code)` for everything heard and `state(open)` whenever that begins or ends. */
export function follow(address, { poke, state }) {
  [url, onPoke, onState] = [address, poke, state];
  addEventListener("pagehide", () => stream?.close());
  // A page out of the browser's memory may show what its person may not see any more.
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  if (!shared) return lead();
  channel.addEventListener("message", ({ data }) => heard(data));
  setInterval(tick, TICK);
  channel.postMessage({ hello: me, since });
  queue();
}

/** The incidents this tab has open, by code. A room is a lock as well: it ends with its tab, whatever happens. */
export async function showRooms(codes) {
  const before = [...rooms.keys()];
  for (const code of before) if (!codes.has(code)) leave(code);
  await Promise.all([...codes].filter((code) => !rooms.has(code)).map(enter));
  if (before.join() === [...rooms.keys()].join()) return;
  if (leading) review();
  else channel?.postMessage({ moved: true });
}

function enter(code) {
  return new Promise((entered) => {
    if (!shared) return entered(rooms.set(code, () => {}));
    const stay = () => new Promise((leaving) => entered(rooms.set(code, leaving)));
    navigator.locks.request(ROOM + code, { mode: "shared" }, stay);
  });
}

function leave(code) {
  rooms.get(code)();
  rooms.delete(code);
}

async function roomsOfAll() {
  if (!shared) return [...rooms.keys()].sort().join();
  const { held } = await navigator.locks.query();
  const codes = held.filter(({ name }) => name.startsWith(ROOM)).map(({ name }) => name.slice(ROOM.length));
  return [...new Set(codes)].sort().join();
}

function queue() {
  queued = true;
  navigator.locks.request(NAME, () => {
    queued = false;
    return lead();
  }).catch(stepDown);
}

function lead() {
  leading = true;
  since = Math.max(since, heardAt);
  connect();
  return new Promise(() => {}); // as long as the tab is there, or until another takes over
}

/** Another tab took over while this one was asleep. */
function stepDown(error) {
  if (error.name !== "AbortError") return;
  leading = false;
  stream?.close();
  if (!queued) queue();
}

async function connect() {
  connectedTo = await roomsOfAll();
  if (!leading) return;
  if (stream?.readyState === EventSource.OPEN) since = Date.now();
  stream?.close();
  const ago = Math.max(0, Math.round(Date.now() - since)) + 500; // and what was on its way
  const mine = (stream = new EventSource(`${url}?rooms=${connectedTo}&ago=${ago}`, { withCredentials: true }));
  mine.addEventListener("open", () => say(true));
  mine.addEventListener("poke", ({ data }) => tell(...data.split(" ")));
  mine.addEventListener("error", () => {
    if (mine !== stream) return;
    say(false);
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === stream && leading && connect(), RETRY);
  });
}

/** Opens the stream anew when the rooms the tabs show are others than it was opened for. */
async function review() {
  if ((await roomsOfAll()) === connectedTo) return;
  clearTimeout(settling);
  settling = setTimeout(() => leading && connect(), SETTLE);
}

function tell(kind, code = "") {
  channel?.postMessage({ kind, code });
  take(kind, code);
}

function take(kind, code) {
  const now = Date.now();
  recent.push({ kind, code, at: now });
  while (recent[0].at < now - KEPT) recent.shift();
  onPoke(kind, code);
}

function say(now) {
  channel?.postMessage({ open: now });
  settle(now);
}

function settle(now) {
  if (now === open) return;
  open = now;
  onState(now);
}

function heard({ kind, code, open: now, hello, since: from, to, missed, moved }) {
  if (hello && leading) {
    const told = recent.filter(({ at }) => at >= from - 500);
    channel.postMessage({ open, to: hello, missed: told });
    review();
  }
  if (moved && leading) review();
  if (hello || moved || leading) return;
  heardAt = Date.now();
  if (kind) take(kind, code);
  if (to === me) for (const poke of missed) take(poke.kind, poke.code);
  if (typeof now === "boolean") settle(now);
}

function tick() {
  if (leading) {
    channel.postMessage({ open });
    review();
  } else if (!document.hidden && Date.now() - heardAt > SILENT) {
    heardAt = Date.now();
    navigator.locks.request(NAME, { steal: true }, lead).catch(stepDown);
  }
}
