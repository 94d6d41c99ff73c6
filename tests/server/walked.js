// What is looked for in a page; walked.py runs it there.
({
rules: () => {
  const wrong = [];
  const tell = (rule, node) => wrong.push(`${rule}: ${(node.outerHTML ?? String(node)).replace(/\s+/g, " ").slice(0, 140)}`);
  const shown = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const all = (what, within = document) => [...within.querySelectorAll(what)].filter(shown);

  // Headings: one of the first level, and none leaves a level out.
  const headings = all("h1, h2, h3, h4, h5, h6");
  const levels = headings.map((h) => Number(h.localName[1]));
  if (levels.filter((n) => n === 1).length !== 1) tell("one h1", document.querySelector("main") ?? "no main");
  levels.forEach((n, at) => { if (at && n > levels[at - 1] + 1) tell("a level of headings left out", headings[at]); });
  headings.forEach((h) => { if (!h.textContent.trim()) tell("an empty heading", h); });

  // Landmarks: one main; several of a kind have names; what is named by another element finds it.
  if (all("main").length !== 1) tell("one main", "main");
  const named = (node) => node.getAttribute("aria-label")?.trim()
    || (node.getAttribute("aria-labelledby") ?? "").split(/\s+/).some((id) => document.getElementById(id)?.textContent.trim());
  const navs = all("nav");
  navs.forEach((nav) => { if (!named(nav)) tell("a navigation without a name", nav); });
  const names = navs.map((nav) => nav.getAttribute("aria-label"));
  names.forEach((name, at) => { if (names.indexOf(name) !== at) tell("two navigations of one name", navs[at]); });
  for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "popovertarget", "list"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      for (const id of node.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) tell(`${name} leads nowhere`, node);
    }
  }
  const ids = [...document.querySelectorAll("[id]")].map((n) => n.id);
  ids.forEach((id, at) => { if (ids.indexOf(id) !== at) tell("an id twice", document.querySelectorAll(`[id="${CSS.escape(id)}"]`)[1]); });

  // Tables: every column and every row has a heading that says which it is of.
  for (const table of all("table")) {
    for (const th of table.querySelectorAll("th")) if (!["col", "row", "colgroup", "rowgroup"].includes(th.scope)) tell("th without scope", th);
    for (const row of table.tBodies[0]?.rows ?? []) if (!row.querySelector("th")) tell("a row without a heading", row);
    const head = table.tHead?.rows[0];
    if (head && [...head.cells].some((c) => !c.textContent.trim() && !c.getAttribute("aria-label"))) tell("an empty column heading", head);
  }

  // What happens is announced: each place of results or errors is a live region, and the toasts' is always there.
  if (document.getElementById("toasts")?.getAttribute("aria-live") !== "polite") tell("no live region", "toasts");
  for (const bar of all("progress, meter")) if (!named(bar) && !bar.labels?.length) tell("a bar without a name", bar);
  for (const bar of all("progress")) {
    const box = bar.closest("[data-run], [data-task], [data-watch]");
    if (box && !box.querySelector("[role=status], [aria-live]")) tell("progress that nobody hears of", box);
  }

  // Words in the other language say so.
  const han = /[\u3400-\u9fff]{2,}/, latin = /(?:[a-z]{2,}[\s,;]+){4,}[a-z]{2,}/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, at = node.parentElement;
    if (!node.data.trim() || !shown(at) || at.closest("script, style, textarea, option, code, kbd, .mono, [translate=no], [data-data]")) continue;
    const says = at.closest("[lang]").lang.slice(0, 2);
    if (han.test(node.data) && says !== "zh") tell("Chinese that is not marked", at);
    if (latin.test(node.data) && says !== "en") tell("English that is not marked", at);
  }

  // Targets that are not inside a sentence can be hit (WCAG 2.2, 2.5.8), and say what they are.
  for (const node of all("button, select, input:not([type=hidden]), textarea, summary, .button, #nav > a")) {
    const box = node.getBoundingClientRect();
    const label = node.labels?.[0]?.getBoundingClientRect();
    if (Math.max(box.height, label?.height ?? 0) < 24 && !node.closest("p, li, td")) tell("a target too small", node);
  }
  return wrong;
},
stop: () => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const again = window.stops.includes(at) && window.stops.at(-1) !== at; // a date has stops of its own inside
  window.stops.push(at);
  const style = getComputedStyle(at.closest(".choice") && at.matches("input") ? at.closest(".choice") : at);
  const box = at.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return { again, skip: at.classList.contains("skip"), seen: (ring || at.type === "date") /* whose parts have rings of their own */ && box.width > 0 && box.right > 0 && box.bottom > 0,
    html: at.outerHTML.replace(/\s+/g, " ").slice(0, 120) };
},
left: () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((n) => n.checkVisibility({ visibilityProperty: true }) && !n.disabled && n.type !== "hidden" && n.tabIndex >= 0
    && !window.stops.includes(n) && !(n.type === "radio" && window.stops.some((s) => s.name === n.name)))
  .map((n) => n.outerHTML.replace(/\s+/g, " ").slice(0, 120)),
overflowing: () => document.documentElement.scrollWidth <= innerWidth ? []
      : [...document.querySelectorAll("body *")].filter((n) => n.getBoundingClientRect().right > innerWidth + 1
          && !n.closest(".scroll, .unseen, .skip, thead") && n.checkVisibility()).slice(-3)
        .map((n) => `wider than ${innerWidth}: ${n.outerHTML.replace(/\s+/g, " ").slice(0, 120)}`),
moving: () => document.getAnimations().filter((a) => a.playState === "running")
      .map((a) => `moves: ${a.effect.target.outerHTML.slice(0, 80)}`)
      .concat(getComputedStyle(document.documentElement).scrollBehavior === "smooth" ? ["scrolls smoothly"] : []),
})
