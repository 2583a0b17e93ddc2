// Saves one section of a review while somebody writes. Words wait in this tab until the server has them: a lost
// connection, an expired session or a reload loses none, and a tab that closes sends them as it goes. A wording somebody
// else saved is taken in where nothing is being written, and shown beside ours where something is.

import { MINE } from "./kept.js";

const PAUSE = 1_500;
const RETRY = 5_000;
const review = document.querySelector(".review-text");
const words = review?.dataset ?? {};

export class Section {
  constructor(form) {
    this.form = form;
    this.text = form.elements.text;
    this.state = form.querySelector("[data-save-state]");
    this.conflict = form.parentElement.querySelector("[data-conflict]");
    this.key = `${MINE}review:${form.getAttribute("action")}`;
    this.saved = this.text.defaultValue;
    this.savedSays = [...this.state.cloneNode(true).childNodes];
    this.timer = 0;
    this.isSaving = false;
    this.isPutBack = false;
    this.newer = null; // the form as the server has it, while it is not known whether it may take the place of ours
    this.putBack();
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("blur", () => this.save());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.isPutBack = false;
      this.save();
    });
    this.conflict.addEventListener("submit", (event) => this.choose(event));
  }

  get isDirty() {
    return this.text.value !== this.saved;
  }

  get version() {
    return this.form.elements.version.value;
  }

  /** What was typed here and never arrived, with the wording it began from. It waits for its writer to go on. */
  putBack() {
    const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null");
    if (!kept || kept.text === this.text.value) return sessionStorage.removeItem(this.key);
    this.text.value = kept.text;
    this.form.elements.version.value = kept.version;
    this.isPutBack = true;
    this.say(words.wordsKept, "warn");
  }

  typed() {
    this.isPutBack = false;
    if (!this.isDirty) return this.isAsSaved();
    sessionStorage.setItem(this.key, JSON.stringify({ text: this.text.value, version: this.version }));
    if (this.state.dataset.tone !== "warn") this.say(words.wordsWaiting);
    this.later(PAUSE);
  }

  isAsSaved() {
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.key);
    delete this.state.dataset.tone;
    this.state.replaceChildren(...this.savedSays.map((node) => node.cloneNode(true)));
    this.catchUp();
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  async save() {
    clearTimeout(this.timer);
    if (!this.isDirty || this.isPutBack || this.conflict.hasChildNodes()) return;
    if (this.isSaving) return this.later(PAUSE);
    this.isSaving = true;
    const sent = this.text.value;
    try {
      await this.answered(await send(this.form), sent);
    } catch {
      this.failed(words.wordsOffline);
    } finally {
      this.isSaving = false;
      this.catchUp();
    }
  }

  async answered(answer, sent) {
    this.text.readOnly = false;
    if (answer.type === "opaqueredirect") return this.failed(words.wordsSignedOut);
    if (answer.status === 403) {
      const why = await renewToken(this.form);
      return why ? this.failed(why) : this.later(0);
    }
    if (answer.status === 404) return this.failed(words.wordsGone);
    if (answer.status >= 500) return this.failed(words.wordsFailed);
    const told = fragment(await answer.text());
    if (told.querySelector(".conflict")) return this.differ(told, sent);
    if (answer.status === 422) return this.say(told.textContent.trim(), "warn");
    const said = told.querySelector("[data-version]");
    this.isNow(sent, said.dataset.version, said.childNodes);
  }

  /** The server has these words, under this version. */
  isNow(text, version, says) {
    this.saved = this.text.defaultValue = text;
    this.form.elements.version.value = version;
    this.savedSays = [...says].map((node) => document.importNode(node, true));
    if (!this.isDirty) return this.isAsSaved();
    delete this.state.dataset.tone;
    this.typed();
  }

  /** Both wordings are shown, and nothing is typed until one is chosen. What was typed while ours was on its way
      belongs to it: it is sent once more. */
  differ(told, sent) {
    this.text.readOnly = true;
    if (this.text.value !== sent) return this.later(0);
    this.newer = null;
    this.say(words.wordsWaiting, "warn");
    this.conflict.replaceChildren(told);
    if (!this.conflict.isConnected) this.form.after(this.conflict);
    this.conflict.querySelector(".conflict").focus();
  }

  /** The chosen wording becomes ours, written over the one it was compared with. */
  choose(event) {
    event.preventDefault();
    this.text.readOnly = false;
    this.text.value = event.target.elements.text.value;
    this.form.elements.version.value = event.target.elements.version.value;
    this.conflict.replaceChildren();
    this.saved = null;
    this.typed();
    this.text.focus();
    this.later(0);
  }

  /** The page came again, with what the server has for this section now. */
  comes(form) {
    this.newer = form;
    this.catchUp();
  }

  /** Takes in a newer wording where nothing is being written; elsewhere says that there is one. */
  catchUp() {
    if (!this.newer || this.isSaving) return;
    const { text, version } = this.newer.elements;
    const isNewer = Number(version.value) > Number(this.version);
    if (isNewer && this.conflict.hasChildNodes()) return;
    if (isNewer && this.isDirty && text.defaultValue !== this.text.value) return this.say(words.wordsMeanwhile, "warn");
    const says = this.newer.querySelector("[data-save-state]").childNodes;
    this.newer = null;
    if (!isNewer) return;
    reword(this.text, text.defaultValue);
    this.isNow(text.defaultValue, version.value, says);
  }

  failed(why) {
    this.text.readOnly = false;
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

/** Signing in again gave the session another token; gives why there is none for us. Whoever else signed in in this
    browser does not get to save our words as theirs. */
async function renewToken(form) {
  const answer = await fetch(review.dataset.src, { redirect: "manual", headers: { "X-Live": "1" } });
  if (!answer.ok) return words.wordsSignedOut;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (page.body.dataset.person !== document.body.dataset.person) return words.wordsAnother;
  const token = page.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!token || token === form.elements.csrfmiddlewaretoken.value) return words.wordsSignedOut;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  return null;
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** Other words in a field; the caret stays where it was among them. */
function reword(field, text) {
  const { value, selectionStart, selectionEnd } = field;
  const most = Math.min(value.length, text.length);
  let alike = 0;
  while (alike < most && value[alike] === text[alike]) alike++;
  const moved = (at) => (at <= alike ? at : Math.max(alike, at + text.length - value.length));
  field.value = text;
  if (field === document.activeElement) field.setSelectionRange(moved(selectionStart), moved(selectionEnd));
}
