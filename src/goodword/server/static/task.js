// Long work, live: its progress as it is told, and the whole page anew when it has ended.
import { anew, heard } from "./base.js";

const box = document.querySelector("[data-task]");
const bar = box.querySelector("progress");
const said = box.querySelector("[data-said]");
const first = said.textContent;
const hear = heard(box);
const source = new EventSource(`/v1/tasks/${box.dataset.task}/events`);

function on(kind, run) {
  source.addEventListener(kind, (event) => run(JSON.parse(event.data)));
}

on("progress", ({ done, total }) => {
  if (total) {
    bar.max = total;
    bar.value = done;
    said.textContent = `${first} ${done} / ${total}`;
  } else said.textContent = `${first} ${done}`;
  hear(said.textContent);
});
on("state", ({ state }) => {
  if (["done", "failed", "cancelled"].includes(state)) {
    source.close();
    anew(state === "done" && box.dataset.ended);
  }
});
// Where the stream cannot be had, look again now and then.
source.addEventListener("error", () => setTimeout(() => location.reload(), 5000), { once: true });
