// What every page of the console may use: toasts, calls of the API as the person signed in, local times.

export const csrf = document.querySelector('meta[name="csrf"]')?.content ?? "";
export const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** Say something in the corner; it is read out, too, and goes after a while. */
export function toast(text, kind = "") {
  const box = document.getElementById("toasts");
  const line = document.createElement("div");
  line.className = `toast ${kind}`;
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 9000 : 5000);
}

/** Call the API; resolves to the JSON answer, rejects with an Error whose message is for the reader. */
export async function api(path, { method = "GET", body, signal, headers = {} } = {}) {
  const answer = await fetch(path, {
    method,
    signal,
    credentials: "same-origin",
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(method === "GET" ? {} : { "X-CSRF-Token": csrf }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
  if (!answer.ok) {
    throw new Error([told.detail ?? told.title ?? `HTTP ${answer.status}`, told.cure].filter(Boolean).join(" "));
  }
  return told;
}

/** Wait until nothing has been called for a while. */
export function calmly(run, ms = 350) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(...given), ms);
  };
}

/** An element with attributes and children; text is always text. */
export function el(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "class") made.className = value;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

// The page's language as it is written where the reader lives.
const region = navigator.languages.find((name) => name.startsWith(lang)) ?? document.documentElement.lang;
const clock = new Intl.DateTimeFormat(region, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.valueOf()) && time.dateTime.includes("T")) {
    time.textContent = ("clock" in time.dataset ? clock : day).format(at);
  }
}

// A form that takes long says so and cannot be sent twice; coming back to the page frees it.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => form.querySelectorAll("button").forEach((b) => setTimeout(() => (b.disabled = true))));
}
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-once] button").forEach((b) => (b.disabled = false));
});

// What the page says of what was just done, or of what went wrong, is where one goes on.
const told = document.querySelector("main :is(.notice, .verdict):is([role=status], [role=alert])");
if (told) {
  told.tabIndex = -1;
  told.focus();
}

/** Load the page anew and say then what happened meanwhile. */
export function anew(said) {
  if (said) sessionStorage.setItem("goodword-said", said);
  location.reload();
}
const last = sessionStorage.getItem("goodword-said");
if (last) {
  sessionStorage.removeItem("goodword-said");
  setTimeout(() => toast(last), 300);
}

/** Progress for those who hear it: now and then, not at every step. */
export function heard(box) {
  const line = box.querySelector("[role=status]");
  let quiet = 0;
  return (text) => {
    if (!line || Date.now() < quiet) return;
    quiet = Date.now() + 10_000;
    line.textContent = text;
  };
}

// Select boxes that say so send their form when changed; there is always a button for those without script.
for (const field of document.querySelectorAll("[data-sends]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}
