// The articles of the form.
const list = document.getElementById("articles");
const total = document.getElementById("total");
let limits = null;
let made = 0;

function addArticle({ text = "", isHtml = false, file = "" } = {}) {
  const row = document.getElementById("article").content.cloneNode(true).firstElementChild;
  made += 1;
  for (const name of ["title", "text"]) {
    const field = part(row, name);
    field.id = `${name}-${made}`;
    field.previousElementSibling.htmlFor = field.id;
  }
  part(row, "text").value = text;
  row.dataset.file = file;
  part(row, "wrong").id = `wrong-${made}`;
  part(row, "is-html").checked = isHtml;
  list.append(row);
  recount();
  return row;
}

function part(row, name) {
  return row.querySelector(`.${name}`);
}

function rows() {
  return [...list.children];
}

function isEmpty(row) {
  return !part(row, "title").value.trim() && !part(row, "text").value.trim();
}

// Rows in which something stands. What is wrong with the second article is shown at the second of these.
function filled() {
  return rows().filter((row) => !isEmpty(row));
}

// A file gives an article its name, which is no title: nobody wrote it for readers.
function nameOf(row) {
  const place = `Article ${rows().indexOf(row) + 1}`;
  return row.dataset.file ? `${place}, ${row.dataset.file}` : place;
}

function articleOf(row) {
  const text = part(row, "text").value.toWellFormed();
  const article = { id: nameOf(row), title: part(row, "title").value.trim().toWellFormed() };
  return part(row, "is-html").checked ? { ...article, html: text } : { ...article, text };
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  recount();
  (next ? part(next, "title") : document.getElementById("add")).focus();
}

// Characters are code points to the server.
function characters(text) {
  let count = text.length;
  for (let at = 0; at < text.length; at += 1) {
    if (text.codePointAt(at) > 0xffff) {
      count -= 1;
      at += 1;
    }
  }
  return count;
}

function recount() {
  const sums = { text: 0, html: 0 };
  for (const row of rows()) {
    row.querySelector("legend").textContent = nameOf(row);
    part(row, "remove").setAttribute("aria-label", `Remove ${nameOf(row)}`);
    const kind = part(row, "is-html").checked ? "html" : "text";
    const count = characters(part(row, "text").value);
    sums[kind] += count;
    tellCount(part(row, "count"), count, kind === "html" ? limits?.maxHtmlCharacters : limits?.maxArticleCharacters);
  }
  tellTotal(sums);
}

function tellCount(place, count, most) {
  const over = most !== undefined && count > most;
  place.classList.toggle("over", over);
  place.textContent = count ? `${counted(count, "character")}${over ? `, ${number(count - most)} more than the server takes` : ""}` : "";
}

function tellTotal(sums) {
  const over = [
    [filled().length, limits?.maxArticles, "articles"],
    [sums.text, limits?.maxRequestCharacters, "characters"],
    [sums.html, limits?.maxRequestHtmlCharacters, "characters of HTML"],
  ].filter(([count, most]) => most !== undefined && count > most);
  total.classList.toggle("over", over.length > 0);
  total.textContent = over.map(([count, most, what]) => `${number(count)} ${what}, and the server takes ${number(most)}`).join("; ");
}

list.addEventListener("input", recount);
list.addEventListener("click", (event) => {
  if (event.target.matches(".remove")) remove(event.target.closest("li"));
});
