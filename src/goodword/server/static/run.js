// A run, live: progress as it is told, and its texts as they come, fetched as a part of the page.
import { anew, heard } from "./base.js";

const box = document.querySelector("[data-run]");
const hear = heard(box);
const bar = box.querySelector("progress");
const said = box.querySelector("[data-said]");
const first = said.textContent.trim().split(" ")[0];
const results = document.getElementById("results");
const here = new URL(location.href);
here.searchParams.set("part", "true");

let news = false;
let fetching = false;
async function refresh() {
  if (!news || fetching || results.contains(document.activeElement) || results.querySelector("details[open]")) return;
  news = false;
  fetching = true;
  try {
    const answer = await fetch(here, { headers: { Accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      results.replaceChildren(...page.body.childNodes);
    }
  } finally {
    fetching = false;
  }
}
const timer = setInterval(refresh, 1500);

const source = new EventSource(`/v1/tasks/${box.dataset.run}/events`);
source.addEventListener("progress", (event) => {
  const { done, total } = JSON.parse(event.data);
  if (total) {
    bar.max = total;
    bar.value = done;
  }
  said.textContent = total ? `${first} ${done} / ${total}` : `${first} ${done}`;
  hear(said.textContent);
  news = true;
});
source.addEventListener("result", () => (news = true));
source.addEventListener("state", (event) => {
  const { state } = JSON.parse(event.data);
  if (!["done", "failed", "cancelled"].includes(state)) return;
  source.close();
  clearInterval(timer);
  anew(state === "done" && box.dataset.ended);
});
source.addEventListener("error", () => setTimeout(() => location.reload(), 5000), { once: true });
