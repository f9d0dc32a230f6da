// What comes of a call: sentences with their citations, and the report.
const outcome = document.getElementById("outcome");
const progress = document.getElementById("progress");
const told = document.getElementById("told");
const reportBox = document.getElementById("report-box");
const reportFrame = document.getElementById("report");
const readButton = document.getElementById("read");
let reportUrl = "";

const STAGES = {
  STAGE_CLEAN: "The articles are read",
  STAGE_CLUSTER: "What they say alike is found",
  STAGE_PLAN: "What to say is chosen",
};

function begin() {
  outcome.hidden = false;
  told.replaceChildren();
  reportBox.hidden = true;
  toggleReport(false);
  reportFrame.removeAttribute("src");
  URL.revokeObjectURL(reportUrl);
  sendButton.parentElement.scrollIntoView({ block: "start" });
  tell("The articles are on their way", true);
}

function tell(text, busy = false) {
  progress.textContent = text;
  progress.classList.toggle("busy", busy);
}

// The names are what readers know the articles by: the title that was given, or else the one that was found.
function take(answer, names) {
  const report = answer.sourceReport;
  if (report?.title) names.set(report.articleId, report.title);
  if (answer.started) tell("The articles are being read", true);
  if (answer.progress) tell(progressOf(answer.progress), true);
  if (answer.sentence) told.append(sentenceOf(answer.sentence, names));
  if (answer.completed) tell(completedOf(answer.completed));
}

function progressOf({ stage, done = 0, total: planned = 0 }) {
  return STAGES[stage] ?? `${number(done)} of ${counted(planned, "sentence")}`;
}

function completedOf({ sentences = [], conflicts = [], sources = [], warnings = [] }) {
  const disputes = conflicts.length ? `, ${counted(conflicts.length, "dispute")}` : "";
  const notes = warnings.map(({ message }) => ` ${capital(message)}.`.replace("..", "."));
  return `Done: ${counted(sentences.length, "sentence")} from ${counted(sources.length, "article")}${disputes}.${notes.join("")}`;
}

function sentenceOf(sentence, names) {
  const item = document.createElement("li");
  const said = element("p", "said", sentence.text);
  said.dir = "auto";
  said.append("\u2002", element("span", "support", supportOf(sentence)));
  if (sentence.conflictIds) said.append("\u2002", element("span", "disputed", "disputed"));
  const cited = element("ul", "cited");
  cited.append(...sentence.citations.map((citation) => citationOf(citation, names)));
  item.append(said, cited);
  return item;
}

function supportOf({ supportingArticles = 0, independentOrigins = 0 }) {
  return `${counted(supportingArticles, "article")}, ${counted(independentOrigins, "origin")}`;
}

function citationOf({ articleId, quote, role }, names) {
  const item = document.createElement("li");
  const against = role === "CITATION_ROLE_CONTRADICTS";
  if (against) item.append(element("span", "against", "Otherwise: "));
  const words = element("q", "", quote);
  words.dir = "auto";
  item.append(words, " ", element("span", "where", names.get(articleId) ?? articleId));
  return item;
}

// The frame is of no origin, so that nothing in it could reach this page, whatever it held.
function showReport(html) {
  reportUrl = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  document.getElementById("save").href = reportUrl;
  reportBox.hidden = false;
}

function toggleReport(open) {
  reportFrame.hidden = !open;
  readButton.setAttribute("aria-expanded", String(open));
  readButton.textContent = open ? "Close the report" : "Read the report";
  if (open && !reportFrame.src) reportFrame.src = reportUrl;
  if (open) reportFrame.scrollIntoView({ block: "start" });
}

readButton.addEventListener("click", () => toggleReport(reportFrame.hidden));
