// Shows the pages that arrive while no tab is open. A notification carries what a text message would: a code, a
// severity, where to act. Pressing it shows the page; nothing is acknowledged by that.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const told = read(event.data);
  event.waitUntil(
    self.registration.showNotification(told.title, {
      body: told.body,
      tag: told.tag,
      data: { url: told.url },
      requireInteraction: true,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = ours(event.notification.data?.url);
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((open) => {
      const there = open.find((tab) => tab.url === url);
      return there ? there.focus() : self.clients.openWindow(url);
    }),
  );
});

function read(data) {
  try {
    const told = data.json();
    return { title: told.title || "Watchfloor", body: told.body || "", tag: told.tag || "", url: told.url };
  } catch {
    return { title: "Watchfloor", body: "", tag: "", url: "/" };
  }
}

// Whatever a notification says, it leads nowhere but here.
function ours(url) {
  const found = new URL(url || "/", self.location.origin);
  return found.origin === self.location.origin ? found.href : self.location.origin + "/";
}
