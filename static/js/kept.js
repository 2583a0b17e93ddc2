// What somebody typed and the server does not have yet is kept in this tab under their own name, by drafts.js and
// sections.js. What another person left behind in the same tab is dropped: it is neither shown nor sent as theirs.

const ALL = "draft:";

export const MINE = `${ALL}${document.body.dataset.person}:`;
export const isAnythingKept = () => Object.keys(sessionStorage).some((key) => key.startsWith(MINE));

for (const key of Object.keys(sessionStorage)) if (key.startsWith(ALL) && !key.startsWith(MINE)) sessionStorage.removeItem(key);
