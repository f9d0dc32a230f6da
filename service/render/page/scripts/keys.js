// Clicks and keys. Without this script markers lead to the list of quoted passages.
document.addEventListener("click", (event) => {
  const marker = event.target.closest(".marker");
  const button = event.target.closest("button");
  const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (marker && plain) {
    const story = storyOf(marker);
    const passage = passageOf(story, Number(marker.dataset.quote));
    if (!passage) return;
    event.preventDefault();
    openSource(story, passage.source, passage, marker);
  } else if (button?.matches(".open")) {
    openSource(storyOf(button), Number(button.dataset.source) - 1, null, button);
  } else if (button?.matches("[data-step]")) {
    step(Number(button.dataset.step));
  } else if (button?.matches("[data-close]") || event.target === reader) {
    reader.close();
  }
});

document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (event.key === "Escape" && !reader.open) hideHint();
  if (!by || event.metaKey || event.ctrlKey || event.altKey) return;
  const marker = event.target.closest(".marker");
  if (reader.open) {
    event.preventDefault();
    step(by);
  } else if (marker) {
    event.preventDefault();
    neighbour(marker, by)?.focus();
  }
});

function neighbour(marker, by) {
  const all = [...storyOf(marker).querySelectorAll(".marker")].filter((one) => one.offsetParent);
  return all[all.indexOf(marker) + by];
}

// Paper has no buttons: what is folded away is printed.
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll(".story details:not([open])")) {
    details.open = true;
    details.dataset.folded = "";
  }
});
window.addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-folded]")) {
    details.open = false;
    delete details.dataset.folded;
  }
});
