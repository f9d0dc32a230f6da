// The page: asks for the limits, sends the form, and can take that back.
const form = document.getElementById("form");
const sendButton = document.getElementById("send");
const cancelButton = document.getElementById("cancel");
const limitsLine = document.getElementById("limits");
const token = document.getElementById("token");
let controller = null;

async function askLimits() {
  try {
    for await (const { answer } of call("GetServerInfo", {})) limits = answer.limits;
  } catch (error) {
    tellWithout(error);
    return;
  }
  limitsLine.textContent = `This server takes up to ${counted(limits.maxArticles, "article")}, of ${number(limits.maxArticleCharacters)} characters each `
    + `and ${number(limits.maxRequestCharacters)} together, or pages of HTML of ${number(limits.maxHtmlCharacters)} characters, and writes up to ${number(limits.maxSummaryWords)} words.`;
  document.getElementById("words").max = limits.maxSummaryWords;
  recount();
}

function tellWithout(error) {
  const status = error.status ?? { message: String(error) };
  limitsLine.textContent = `What this server takes is not known yet: ${status.message}.`;
  if (status.code === "UNAUTHENTICATED") askToken();
  if (status.retryAfter) setTimeout(askLimits, status.retryAfter * 1000);
}

function askToken() {
  document.getElementById("token-field").hidden = false;
  token.value = sessionStorage.getItem(TOKEN) ?? "";
}

function requestOf(sent) {
  const words = document.getElementById("words");
  return {
    articles: sent.map(articleOf),
    options: {
      // The report shows what was merged and left out.
      includeClusters: true,
      ...(words.value ? { maxWords: words.valueAsNumber } : {}),
      style: document.getElementById("style").value,
      focusQuery: document.getElementById("focus").value.trim().toWellFormed(),
    },
  };
}

async function summarize() {
  const sent = filled();
  const request = requestOf(sent);
  const names = new Map();
  controller = new AbortController();
  setBusy(true);
  begin();
  try {
    for await (const { answer, report } of call("StreamSummarize", request, controller.signal)) {
      if (answer) take(answer, names);
      if (report) showReport(report);
    }
  } catch (error) {
    end(error, sent);
  } finally {
    controller = null;
    setBusy(false);
  }
}

function end(error, sent) {
  if (error.name === "AbortError") {
    tell("Cancelled: the server has been told to stop.");
    return;
  }
  tell(told.children.length ? "The summary is not whole." : "There is no summary.");
  outcome.hidden = !told.children.length;
  showStatus(error.status ?? { message: String(error) }, sent);
  if (error.status?.code === "UNAUTHENTICATED") askToken();
  const wrong = document.querySelector("[aria-invalid]");
  (wrong ?? fault).focus();
}

function setBusy(busy) {
  sendButton.disabled = busy;
  cancelButton.hidden = !busy;
  if (busy) cancelButton.focus();
  else if (document.activeElement === document.body || document.activeElement === cancelButton) sendButton.focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (controller) return;
  hideFault();
  summarize();
});
cancelButton.addEventListener("click", () => controller?.abort());
document.getElementById("add").addEventListener("click", () => part(addArticle(), "title").focus());
token.addEventListener("change", () => {
  sessionStorage.setItem(TOKEN, token.value.trim());
  askLimits();
});

addArticle();
addArticle();
askLimits();
