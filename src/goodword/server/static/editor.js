// The editor: the guard reads along. What it says is a part of a page the server made; it is put in as it came.
import { calmly, csrf, toast } from "./base.js";

const form = document.querySelector("[data-editor]");
const text = form.querySelector("textarea");
const judged = document.getElementById("judged");
const busy = document.querySelector("[data-busy]");
const count = form.querySelector("[data-count]");
form.querySelector("[data-by-hand]").hidden = true;

const counted = () => {
  count.textContent = `${[...text.value].length} ${count.dataset.count}`;
};

let running;
async function read() {
  running?.abort();
  running = new AbortController();
  busy.hidden = false;
  judged.setAttribute("aria-busy", "true");
  try {
    const body = new FormData(form);
    const answer = await fetch("/write/judge", {
      method: "POST",
      body: new URLSearchParams(body),
      signal: running.signal,
      headers: { "X-CSRF-Token": csrf, Accept: "text/html" },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    judged.replaceChildren(...page.body.childNodes);
  } catch (error) {
    if (error.name === "AbortError") return;
    toast(String(error.message), "bad");
  }
  busy.hidden = true;
  judged.setAttribute("aria-busy", "false");
}

const soon = calmly(read, 400);
text.addEventListener("input", () => {
  counted();
  soon();
});
counted();

let changed = false;
text.addEventListener("input", () => (changed = true));
form.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
