import { anew, heard } from "./base.js";

// Long work is watched: its bar moves as it goes, and the page shows the result when it has ended.
for (const box of document.querySelectorAll("[data-watch]")) {
  const bar = box.querySelector("progress");
  const count = box.querySelector("[data-count]");
  const hear = heard(box);
  const source = new EventSource(`/v1/tasks/${encodeURIComponent(box.dataset.watch)}/events`);
  source.addEventListener("progress", (event) => {
    const { done, total } = JSON.parse(event.data);
    if (total) bar.max = total;
    bar.value = done;
    const said = total ? `${done} / ${total}` : `${done}`;
    if (count) count.textContent = said;
    hear(said);
  });
  source.addEventListener("state", (event) => {
    const { state } = JSON.parse(event.data);
    if (["done", "failed", "cancelled"].includes(state)) {
      source.close();
      anew(state === "done" && box.dataset.ended);
    }
  });
  source.addEventListener("error", () => setTimeout(() => location.reload(), 5000), { once: true });
}
