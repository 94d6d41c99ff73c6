// What it will take, told as one chooses: a part of the page the server made.
import { calmly } from "./base.js";

const form = document.querySelector("[data-wish]");
const box = document.getElementById("estimate");
if (form) {
  form.querySelector("[data-by-hand]").hidden = true;
  let running;
  const look = async () => {
    running?.abort();
    running = new AbortController();
    box.setAttribute("aria-busy", "true");
    const asked = new URLSearchParams(new FormData(form));
    asked.delete("csrf");
    try {
      const answer = await fetch(`/write/estimate?${asked}`, { signal: running.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      box.replaceChildren(...page.body.childNodes);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
    box.setAttribute("aria-busy", "false");
  };
  const soon = calmly(look, 500);
  form.addEventListener("input", soon);
  look();
}
