// An article with its marks. It is laid out when it is opened, and only then.
const reader = document.getElementById("reader");
const [title, about, claim, textBox] = ["title", "about", "claim", "text"].map((part) => document.getElementById(`reader-${part}`));
let opener = null;
let open = null;

function openSource(story, source, passage, from) {
  hideHint();
  open = { story, source };
  opener = from;
  const card = cardOf(story, source);
  title.textContent = nameOf(story, source);
  about.replaceChildren(...[...card.querySelectorAll(".title, .address, .relations, .counts")].map((part) => part.cloneNode(true)));
  if (!reader.open) reader.showModal();
  layOut(passage);
}

function layOut(passage) {
  const { story, source } = open;
  const data = dataOf(story);
  open.passage = passage;
  textBox.replaceChildren(...pieces(data.texts[source], data.runs[source], passage));
  claim.textContent = passage ? claimOf(story, passage.number) : "";
  for (const button of reader.querySelectorAll("[data-step]")) {
    button.disabled = quotesHere().length === 0 || (passage && quotesHere().length === 1);
  }
  const current = textBox.querySelector(".current");
  if (current) {
    current.scrollIntoView({ block: "center" });
    current.focus({ preventScroll: true });
  } else {
    textBox.scrollTop = 0;
    textBox.focus();
  }
}

// The current passage is one mark, whatever else lies over it.
function* pieces(text, runs, passage) {
  let at = 0;
  let said = "";
  for (const [start, end, kind, note] of withPassage(runs, passage)) {
    if (start > at) yield document.createTextNode(text.slice(at, start));
    if (kind in LABELS) {
      const why = `${LABELS[kind]}: ${note}`;
      if (why !== said || text.slice(at, start).trim()) yield made("span", "why", why);
      said = why;
    } else {
      said = "";
    }
    yield markOf(kind, text.slice(start, end));
    if (!(kind in LABELS)) yield made("span", "why", note);
    at = end;
  }
  if (at < text.length) yield document.createTextNode(text.slice(at));
}

const LABELS = { removed: "Removed", "off-topic": "Off topic", merged: "Merged", unused: "Left out" };

function markOf(kind, words) {
  const removed = kind === "removed" || kind === "off-topic";
  const mark = made(removed ? "span" : "mark", kind, words);
  if (kind === "current") mark.tabIndex = -1;
  return mark;
}

function withPassage(runs, passage) {
  if (!passage) return runs;
  const { start, end, note } = passage;
  const left = runs.filter((run) => run[0] < start).map(([from, to, ...rest]) => [from, Math.min(to, start), ...rest]);
  const right = runs.filter((run) => run[1] > end).map(([from, to, ...rest]) => [Math.max(from, end), to, ...rest]);
  return [...left, [start, end, "current", note], ...right];
}

// What a passage bears on: sentences, and what stands beside them.
function claimOf(story, number) {
  const claims = [...story.querySelectorAll(`[data-bears] .marker[data-quote="${number}"]`)].map((marker) => {
    const bearer = marker.closest("[data-bears]");
    const word = marker.classList.contains("against") ? "Speaks against" : bearer.dataset.bears;
    return `${word}: “${bearer.querySelector(".said, .claim").textContent}”`;
  });
  return [...new Set(claims)].join(" ");
}

function quotesHere() {
  const { story, source } = open;
  const all = dataOf(story).quotes.map((_, index) => passageOf(story, index + 1));
  return all.filter((passage) => passage && passage.source === source).sort((one, other) => one.start - other.start);
}

function step(by) {
  const here = quotesHere();
  if (!here.length) return;
  const at = here.findIndex((passage) => passage.number === open.passage?.number);
  const next = at < 0 ? (by > 0 ? 0 : here.length - 1) : (at + by + here.length) % here.length;
  layOut(here[next]);
}

reader.addEventListener("close", () => {
  textBox.replaceChildren();
  opener?.focus();
});
