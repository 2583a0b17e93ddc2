// Makes a part of the page read like a newer one and leaves every node alone that stays what it was: focus,
// selection, scroll and opened details stay with it. Forms somebody is writing in are not touched.

// What people or other scripts set on a page, and no server sends to take away.
const THEIRS = new Set([
  "open", "hidden", "aria-selected", "aria-expanded", "data-selected", "data-stale", "data-dirty", "data-sent",
  "data-began", "data-draft-begun",
]);

/** Whether two nodes say the same. A token of this one answer says nothing, nor what a script writes again anyway:
    how long ago something is, or what a key is called on this machine. */
export function same(a, b) {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
  if (a.nodeType !== Node.ELEMENT_NODE) return a.data === b.data;
  if (a.matches("time[data-span]")) return a.dateTime === b.dateTime && a.dataset.span === b.dataset.span;
  if (a.matches("kbd[data-key]")) return a.dataset.key === b.dataset.key;
  if (a.matches("[name=csrfmiddlewaretoken]")) return b.matches("[name=csrfmiddlewaretoken]");
  const [names, others] = [own(a), own(b)];
  if (names.length !== others.length) return false;
  if (names.some((name) => a.getAttribute(name) !== b.getAttribute(name))) return false;
  const [children, theirs] = [served(a), served(b)];
  return children.length === theirs.length && children.every((child, at) => same(child, theirs[at]));
}

/** Its children without what scripts put there. */
function served(element) {
  return [...element.childNodes].filter((child) => !child.matches?.("[data-notice], [data-offline]"));
}

/** Makes `old` say what `next` says, except for the elements in `held`; gives those that now lag behind. */
export function morph(old, next, held) {
  if (same(old, next)) return [];
  if (held.has(old)) return [old];
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = next.data;
    return [];
  }
  for (const name of own(next)) if (old.getAttribute(name) !== next.getAttribute(name)) old.setAttribute(name, next.getAttribute(name));
  for (const name of own(old)) if (!next.hasAttribute(name)) old.removeAttribute(name);
  if (old.matches("time[data-span]")) old.textContent = next.textContent;
  return morphChildren(old, next, held);
}

function morphChildren(parent, next, held) {
  const [olds, news] = [[...parent.childNodes], [...next.childNodes]];
  while (olds.length && news.length && same(olds[0], news[0])) olds.shift(), news.shift();
  let end = null;
  while (olds.length && news.length && same(olds.at(-1), news.at(-1))) (end = olds.pop()), news.pop();
  const behind = [];
  for (const wanted of news) {
    const found = olds.findIndex((old) => old.nodeName === wanted.nodeName && nameOf(old) === nameOf(wanted));
    if (found === 0) behind.push(...morph(olds.shift(), wanted, held));
    else if (found > 0) {
      const [moved] = olds.splice(found, 1);
      parent.insertBefore(moved, olds[0]);
      behind.push(...morph(moved, wanted, held));
    } else parent.insertBefore(document.importNode(wanted, true), olds[0] ?? end);
  }
  for (const gone of olds) {
    const writtenIn = [...held].filter((element) => gone.contains(element));
    if (writtenIn.length) behind.push(...writtenIn);
    else gone.remove();
  }
  return behind;
}

/** What an element is known by among its siblings, in the old page and in the new. */
export function nameOf(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  const said = node.id || node.getAttribute("action") || node.getAttribute("href") || node.getAttribute("name");
  if (said) return said;
  if (node.localName === "button") return node.closest("form")?.getAttribute("action") ?? "";
  if (!node.matches("li, tr, article")) return "";
  const about = node.querySelector("[id], a[href], form[action]");
  return about ? nameOf(about) : "";
}

function own(element) {
  return element.getAttributeNames().filter((name) => !THEIRS.has(name));
}
