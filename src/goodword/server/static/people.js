// Secrets are copied with one button; what a kind of key does not need is not shown; what cannot be undone is asked twice.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.classList.add("primary");
    } catch {
      document.execCommand("copy");
    }
  });
}

for (const form of document.querySelectorAll("form[data-kinds]")) {
  const parts = form.querySelectorAll("[data-kind]");
  const show = () => {
    const kind = form.elements.kind.value;
    parts.forEach((part) => (part.hidden = part.dataset.kind !== kind));
  };
  form.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll("form[data-sure]")) {
  form.addEventListener("submit", (event) => {
    if (!confirm(form.dataset.sure)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, { capture: true });
}
