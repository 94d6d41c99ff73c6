// An answer is judged while it is written: what stands against it appears under the field.
import { calmly, csrf } from "./base.js";

for (const field of document.querySelectorAll("textarea[data-doubts]")) {
  const box = document.getElementById("doubts");
  let asked = 0;
  field.addEventListener("input", calmly(async () => {
    const turn = ++asked;
    const answer = await fetch(field.dataset.doubts, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf, Accept: "text/html" },
      body: new URLSearchParams({ text: field.value, question: field.form.elements.question?.value ?? "" }),
    });
    if (turn === asked && answer.ok) box.innerHTML = await answer.text(); // escaped where it was made
  }, 600));
}
