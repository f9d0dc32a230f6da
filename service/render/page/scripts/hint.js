// Pointing at a marker, or coming to it by keyboard, shows the quoted words where they stand.
const hint = document.getElementById("hint");
const AROUND = 140;
let hinted = null;
let leaving = 0;

function before(text, start) {
  const piece = text.slice(Math.max(start - AROUND, 0), start);
  const whole = start <= AROUND ? piece : "… " + piece.slice(piece.search(/\s/) + 1);
  return whole.replace(/\s*\n\s*/g, "\n");
}

function after(text, end) {
  const piece = text.slice(end, end + AROUND);
  const whole = end + AROUND >= text.length ? piece : piece.replace(/\S*$/, "…");
  return whole.replace(/\s*\n\s*/g, "\n");
}

function showHint(marker) {
  const story = storyOf(marker);
  const passage = passageOf(story, Number(marker.dataset.quote));
  clearTimeout(leaving);
  if (!passage || hinted === marker) return;
  hideHint();
  const text = dataOf(story).texts[passage.source];
  const against = marker.classList.contains("against") ? ", which says otherwise" : "";
  const words = made("p", "words");
  words.dir = "auto";
  words.append(before(text, passage.start), made("mark", "", text.slice(passage.start, passage.end)), after(text, passage.end));
  hint.replaceChildren(made("p", against ? "where against" : "where", nameOf(story, passage.source) + against), words);
  hint.hidden = false;
  hinted = marker;
  marker.setAttribute("aria-describedby", "hint");
  place(marker.getBoundingClientRect());
}

function place(target) {
  const box = hint.getBoundingClientRect();
  const below = target.bottom + box.height + 12 < window.innerHeight;
  const left = Math.min(Math.max(target.left - 24, 16), window.innerWidth - box.width - 16);
  hint.style.left = `${Math.max(left, 8)}px`;
  hint.style.top = `${below ? target.bottom + 6 : Math.max(target.top - box.height - 6, 8)}px`;
}

function hideHint() {
  clearTimeout(leaving);
  hinted?.removeAttribute("aria-describedby");
  hinted = null;
  hint.hidden = true;
}

// The pointer may go from the marker to the words, so that they can be read and selected.
function hideSoon() {
  clearTimeout(leaving);
  leaving = setTimeout(hideHint, 200);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const marker = event.target.closest(".marker");
  if (marker) showHint(marker);
  else if (hint.contains(event.target)) clearTimeout(leaving);
  else if (hinted && hinted !== document.activeElement) hideSoon();
});
document.addEventListener("focusin", (event) => {
  const marker = event.target.closest(".marker:focus-visible");
  if (marker) showHint(marker);
  else hideHint();
});
// Coming to a marker by keyboard may scroll the page: the words stay with the marker while it has the focus.
document.addEventListener("scroll", () => {
  if (hinted && hinted === document.activeElement) place(hinted.getBoundingClientRect());
  else if (hinted) hideSoon();
}, { passive: true });
