// Files, opened or dropped. They are read here; the server gets what stands in the form.
const PAGE = /\.html?$/i;
const TEXT = /\.txt$/i;

async function addFiles(files) {
  const faults = [];
  for (const file of files) {
    const isHtml = PAGE.test(file.name);
    if (!isHtml && !TEXT.test(file.name)) {
      faults.push(`${file.name}: only .txt and .html files are read here.`);
      continue;
    }
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      takeEmpty();
      addArticle({ text, isHtml, file: harmless(file.name.toWellFormed()) });
    } catch {
      faults.push(`${file.name}: it cannot be read as UTF-8.`);
    }
  }
  if (faults.length) showFault("Some files were left out", faults);
  else hideFault();
}

// The rows that wait for an article make room for one.
function takeEmpty() {
  rows().find(isEmpty)?.remove();
}

document.getElementById("files").addEventListener("change", async (event) => {
  await addFiles([...event.target.files]);
  event.target.value = "";
});
document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dropping");
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  addFiles([...event.dataTransfer.files]);
});
