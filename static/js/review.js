// Saves each section of a review while somebody writes. Words wait in this browser until the server has them:
// a lost connection, an expired session or a closed tab loses none. A wording somebody else saved meanwhile is
// shown beside ours, and nothing goes on being saved until one is chosen.

const PAUSE = 1_500;
const RETRY = 5_000;
const words = document.querySelector(".review-text")?.dataset ?? {};

class Section {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.state = form.querySelector("[data-save-state]");
    this.conflict = form.parentElement.querySelector("[data-conflict]");
    this.key = `review:${form.getAttribute("action")}`;
    this.saved = this.text.value;
    this.timer = 0;
    this.isSaving = false;
    this.putBack();
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("blur", () => this.save());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.conflict.addEventListener("submit", (event) => this.choose(event));
  }

  get isDirty() {
    return this.text.value !== this.saved;
  }

  /** What was typed here and never arrived, with the wording it began from. */
  putBack() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    if (!kept || kept.text === this.text.value) return sessionStorage.removeItem(this.key);
    this.text.value = kept.text;
    this.form.elements.version.value = kept.version;
    this.say(words.wordsKept);
    this.later(0);
  }

  typed() {
    const version = this.form.elements.version.value;
    sessionStorage.setItem(this.key, JSON.stringify({ text: this.text.value, version }));
    if (this.isDirty && this.state.dataset.tone !== "warn") this.say(words.wordsWaiting);
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  async save() {
    clearTimeout(this.timer);
    if (!this.isDirty || this.conflict.hasChildNodes()) return;
    if (this.isSaving) return this.later(PAUSE);
    this.isSaving = true;
    const sent = this.text.value;
    try {
      await this.answered(await send(this.form), sent);
    } catch {
      this.failed(words.wordsOffline);
    } finally {
      this.isSaving = false;
    }
  }

  async answered(answer, sent) {
    if (answer.type === "opaqueredirect") return this.failed(words.wordsSignedOut);
    if (answer.status === 403) {
      // Signing in again gave the session another token.
      return (await renewToken(this.form)) ? this.later(0) : this.failed(words.wordsSignedOut);
    }
    if (answer.status === 404) return this.failed(words.wordsGone);
    if (answer.status >= 500) return this.failed(words.wordsFailed);
    const told = fragment(await answer.text());
    if (answer.status === 409) return this.differ(told);
    if (answer.status === 422) return this.say(told.textContent.trim(), "warn");
    this.saved = sent;
    this.form.elements.version.value = told.querySelector("[data-version]").dataset.version;
    this.say(told.textContent.trim());
    if (this.isDirty) this.typed();
    else sessionStorage.removeItem(this.key);
  }

  differ(told) {
    this.say(words.wordsWaiting, "warn");
    this.conflict.replaceChildren(told);
    this.conflict.querySelector(".conflict").focus();
  }

  /** The chosen wording becomes ours, written over the one it was compared with. */
  choose(event) {
    event.preventDefault();
    this.text.value = event.target.elements.text.value;
    this.form.elements.version.value = event.target.elements.version.value;
    this.conflict.replaceChildren();
    this.saved = null;
    this.typed();
    this.text.focus();
    this.later(0);
  }

  failed(why) {
    this.say(why, "warn");
    this.later(RETRY);
  }

  say(what, tone = "") {
    if (tone) this.state.dataset.tone = tone;
    else delete this.state.dataset.tone;
    if (this.state.textContent.trim() !== what) this.state.textContent = what;
  }
}

function send(form) {
  const body = new URLSearchParams(new FormData(form));
  // Outlives the page where it is small enough, so that leaving saves too.
  const keepalive = body.toString().length < 60_000;
  return fetch(form.action, { method: "POST", body, keepalive, redirect: "manual", headers: { "X-Fragment": "1" } });
}

async function renewToken(form) {
  const answer = await fetch(location.pathname, { redirect: "manual", headers: { "X-Live": "1" } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token || token === form.elements.csrfmiddlewaretoken.value) return false;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return true;
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function onlyShow(list, group) {
  let last = null;
  let any = false;
  for (const item of list.children) {
    if (item.matches(".evidence-day")) {
      if (last) last.hidden = true;
      last = item;
    } else if (item.matches(".evidence-entry")) {
      item.hidden = group !== "all" && !item.dataset.groups.split(" ").includes(group);
      if (item.hidden) continue;
      any = true;
      if (last) last.hidden = false;
      last = null;
    }
  }
  if (last) last.hidden = true;
  list.querySelector("[data-evidence-empty]").hidden = any;
}

const sections = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Section(form));
const saveAll = () => sections.forEach((section) => section.save());
addEventListener("online", saveAll);
addEventListener("pagehide", saveAll);
document.addEventListener("visibilitychange", saveAll);

const list = document.querySelector("[data-evidence]");
const filter = document.querySelector("[data-evidence-filter]");
if (list && filter) {
  onlyShow(list, filter.querySelector("[aria-current]").dataset.show);
  filter.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-show]");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const other of filter.children) other.removeAttribute("aria-current");
    chip.setAttribute("aria-current", "true");
    onlyShow(list, chip.dataset.show);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
