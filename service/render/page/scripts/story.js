// What a story holds beside what is on the page: texts, their marks, and where quoted passages lie.
const parsed = new Map();

function storyOf(element) {
  return element.closest(".story");
}

function dataOf(story) {
  const key = story.dataset.story;
  if (!parsed.has(key)) {
    const block = document.getElementById(`data-${key}`);
    parsed.set(key, block ? JSON.parse(block.textContent) : { texts: [], runs: [], quotes: [] });
  }
  return parsed.get(key);
}

// The passage that a number stands for, or null if its article is not in the page.
function passageOf(story, number) {
  const [source, start, end, note] = dataOf(story).quotes[number - 1] ?? [0, 0, 0, ""];
  return end > start ? { source, start, end, number, note } : null;
}

function cardOf(story, source) {
  return document.getElementById(`source-${story.dataset.story}-${source + 1}`);
}

function nameOf(story, source) {
  return cardOf(story, source).querySelector(".publisher span").textContent;
}

// Made of text only: nothing that an article holds is ever read as HTML.
function made(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
