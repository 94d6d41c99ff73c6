// Long work is watched: its bar moves as it goes, and the page shows the result when it has ended.
for (const box of document.querySelectorAll("[data-watch]")) {
  const bar = box.querySelector("progress");
  const source = new EventSource(`/v1/tasks/${encodeURIComponent(box.dataset.watch)}/events`);
  source.addEventListener("progress", (event) => {
    const { done, total } = JSON.parse(event.data);
    if (total) bar.max = total;
    bar.value = done;
  });
  source.addEventListener("state", (event) => {
    if (["done", "failed", "cancelled"].includes(JSON.parse(event.data).state)) {
      source.close();
      location.reload();
    }
  });
  source.addEventListener("error", () => setTimeout(() => location.reload(), 5000), { once: true });
}
