// The desk by keyboard: J and K walk, Enter opens, A approves, R rejects, E edits, U goes up. Never while one writes.

const writing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;
const rows = [...document.querySelectorAll("[data-queue] tbody tr")];
const form = document.querySelector("[data-decide]");
let at = -1;

function walk(step) {
  at = Math.min(Math.max(at + step, 0), rows.length - 1);
  rows.forEach((row, n) => row.classList.toggle("on", n === at));
  rows[at].querySelector("[data-open]").focus();
}

function decide(value) {
  const button = form?.querySelector(`button[value="${value}"]`);
  const reason = form?.querySelector("[name=reason]");
  if (!button) return;
  if (reason.value.trim()) form.requestSubmit(button);
  else {
    reason.focus();
    reason.dataset.then = value;
  }
}

const keys = {
  j: () => (rows.length ? walk(1) : document.querySelector("[data-after]")?.click()),
  k: () => (rows.length ? walk(-1) : document.querySelector("[data-before]")?.click()),
  a: () => decide("approved"),
  r: () => decide("rejected"),
  e: () => document.querySelector("[data-edit]")?.click(),
  u: () => document.querySelector("[data-up]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
  const run = keys[event.key.toLowerCase()];
  if (run) {
    event.preventDefault();
    run();
  }
});

// Enter in the reason means what was asked for: the key that led there, never a decision nobody chose.
const reason = form?.querySelector("[name=reason]");
reason?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (reason.dataset.then && reason.value.trim()) decide(reason.dataset.then);
});
reason?.addEventListener("blur", () => delete reason.dataset.then);
