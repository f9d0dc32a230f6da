// Figures and faults, in words.
function number(value) {
  return Number(value).toLocaleString("en");
}

function counted(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

const OPTIONS = { "options.max_words": "words", "options.style": "style", "options.focus_query": "focus" };
const ARTICLE_FIELD = /^articles\[(\d+)\]\.?(\w*)/;

// Returns the name of a field of the request as the form has it, and its place in the form.
function fieldOf(path, sent) {
  const [, index, name] = ARTICLE_FIELD.exec(path) ?? [];
  const row = sent[Number(index)];
  if (row) {
    const label = nameOf(row);
    return name === "title" ? { label: `${label}: title`, input: part(row, "title"), row } : { label, input: part(row, "text"), row };
  }
  const input = document.getElementById(OPTIONS[path] ?? "");
  return input ? { label: input.labels[0].textContent, input } : { label: path };
}

function showStatus(status, sent = []) {
  const violations = (status.violations ?? []).map(({ field, description }) => ({ ...fieldOf(field, sent), description }));
  for (const { input, row, description } of violations) {
    input?.setAttribute("aria-invalid", "true");
    if (row) tellWrong(row, input, description);
  }
  const removed = (status.removed ?? []).map(({ subject, reason }) => `${subject}: ${reason.toLowerCase().replaceAll("_", " ")}`);
  const about = [
    status.retryAfter ? `Try again in ${counted(Math.ceil(status.retryAfter), "second")}.` : "",
    status.reason ?? "",
    status.requestId ? `Request ${status.requestId}` : "",
  ];
  const lines = violations.map(({ label, description }) => `${label}: ${description}`);
  showFault(violations.length ? "Something must be changed first" : capital(status.message), [...lines, ...removed], about.filter(Boolean).join(" · "));
}

function tellWrong(row, input, description) {
  const wrong = part(row, "wrong");
  wrong.hidden = false;
  wrong.textContent = capital(description);
  input.setAttribute("aria-describedby", wrong.id);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const fault = document.getElementById("fault");

function showFault(title, lines = [], about = "") {
  document.getElementById("fault-title").textContent = title;
  document.getElementById("fault-lines").replaceChildren(...lines.map((line) => element("li", "", line)));
  document.getElementById("fault-about").textContent = about;
  fault.hidden = false;
  fault.scrollIntoView({ block: "nearest" });
}

function hideFault() {
  fault.hidden = true;
  for (const input of document.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  for (const wrong of document.querySelectorAll(".wrong")) wrong.hidden = true;
}

function element(name, kind, text) {
  const one = document.createElement(name);
  if (kind) one.className = kind;
  if (text !== undefined) one.textContent = harmless(text);
  return one;
}

// Shows text as the report does, which has the same rule in Python: what could turn the direction of the text
// around it, or is a control, is replaced, and a rare line break becomes a plain one.
function harmless(text) {
  return String(text)
    .replace(/\r\n/g, " \n")
    .replace(/[\r\u000b\u000c\u0085\u2028\u2029]/g, "\n")
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
