// Asks this browser for notifications and hands its subscription to the form, which goes on as any other.

const form = document.querySelector("[data-push]");
const button = form?.querySelector("[data-subscribe]");

if (form && "serviceWorker" in navigator && "PushManager" in window) {
  form.querySelector("[data-without]").hidden = true;
  button.hidden = false;
  button.addEventListener("click", subscribe);
}

async function subscribe() {
  button.setAttribute("aria-busy", "true");
  say("");
  try {
    if ((await Notification.requestPermission()) !== "granted") return say(form.dataset.refusedWords);
    await navigator.serviceWorker.register("/sw.js");
    const worker = await navigator.serviceWorker.ready;
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    const told = { userVisibleOnly: true, applicationServerKey: form.dataset.push };
    const subscription = await worker.pushManager.subscribe(told);
    form.elements.subscription.value = JSON.stringify(subscription);
    form.requestSubmit();
  } catch {
    say(form.dataset.failedWords);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function say(words) {
  form.querySelector("[data-said]").textContent = words;
}
