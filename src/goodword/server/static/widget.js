/* Goodword's shop widget: an assistant and recommendations that say why, from one script tag.
   <script src="https://…/widget.js" data-key="gw_pub_…" async></script>
   Shadow DOM and constructed style sheets: nothing leaks in or out, and a strict content security policy is enough
   (script-src and connect-src of this server). No cookies, no third party, no inline style, no HTML from strings. */
(() => {
"use strict";
const tag = document.currentScript;
if (!tag || window.goodwordWidget) return;
window.goodwordWidget = { version: 1 };

const data = tag.dataset, base = new URL(data.server || tag.src).origin, key = data.key || "";
const zh = /^zh/i.test(data.lang && data.lang !== "auto" ? data.lang : document.documentElement.lang || navigator.language);
const lang = zh ? "zh" : "en";
const WORDS = {
  en: { open: "Ask about our products", title: "Ask the shop", close: "Close", send: "Send", ask: "Your question",
    hint: "Product, delivery, returns …", person: "Talk to a person", thinking: "Looking it up",
    wantPerson: "I would like to speak to a person.", you: "You", shop: "Assistant", human: "Shop team",
    rests: "What this rests on", again: "Start over", fail: "This did not work. Please try again.",
    slow: "Too many questions at once. Please wait a moment.", closed: "The assistant is not available here.",
    ai: "You are chatting with an AI. Answers come from the shop's own data. You can ask for a person at any time.",
    handed: "A person of the shop has your question. The answer will appear here, also when you come back.",
    unread: "A person of the shop has answered", erase: "Delete this chat", sure: "Delete for good?", erased: "Deleted, here and at the shop.", none: "The shop has no information on this.",
    why: "Why this?", recs: "Recommended for this page", recsYou: "Recommended for you", recsAll: "From our general list",
    ad: "Advertisement", sum: "What adds to the score", general: "what everyone here likes", rest: "other, smaller reasons",
    how: "How we choose", all: "Show the list that is the same for everyone", mine: "Show a list for this page again",
    kinds: { view: "you looked at", cart: "in your basket", purchase: "you bought", viewing: "you are looking at",
      basket: "in your basket", other: "" } },
  zh: { open: "咨询商品问题", title: "咨询本店", close: "关闭", send: "发送", ask: "您的问题",
    hint: "商品、配送、退换货等", person: "转人工客服", thinking: "正在查询",
    wantPerson: "我想找人工客服。", you: "您", shop: "智能助手", human: "人工客服",
    rests: "回答依据", again: "重新开始", fail: "未能成功，请重试。",
    slow: "提问过于频繁，请稍候。", closed: "此页面暂不能使用智能助手。",
    ai: "您正在与人工智能（AI）对话，回答依据本店资料生成，可随时转人工。",
    handed: "已转交人工客服，回复会显示在这里，您离开后再来也能看到。",
    unread: "人工客服已回复", erase: "删除对话", sure: "确认永久删除？", erased: "已删除，本店的记录也已删除。", none: "本店没有相关资料。",
    why: "为什么推荐？", recs: "本页相关推荐", recsYou: "为您推荐", recsAll: "通用推荐（非个性化）",
    ad: "广告", sum: "得分构成", general: "本店大众偏好", rest: "其他较小的因素",
    how: "我们如何选择", all: "查看对所有人相同的推荐", mine: "恢复本页相关推荐",
    kinds: { view: "您看过", cart: "购物车中的", purchase: "您买过", viewing: "您正在看", basket: "购物车中的", other: "" } },
};
const t = WORDS[lang];

/* ---------------------------------------------------------------- parts */

const CSS = `
:host { all: initial; color-scheme: light dark; --ac: var(--goodword-accent, light-dark(#1f4b8f, #8ab4f8));
  --on: var(--goodword-on-accent, light-dark(#fff, #10182a)); --bg: var(--goodword-background, light-dark(#fff, #1d2026));
  --fg: var(--goodword-text, light-dark(#1e222a, #e7e5df)); --so: var(--goodword-soft, light-dark(#565d69, #a7adb8));
  --ln: var(--goodword-line, light-dark(#dcd7cb, #3a3f49)); --wash: var(--goodword-wash, light-dark(#f4f1ea, #262a32));
  --r: var(--goodword-radius, 12px); font: 16px/1.5 var(--goodword-font, -apple-system, "Segoe UI", "Helvetica Neue",
  Arial, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif); color: var(--fg) }
:host([data-theme=light]) { color-scheme: light } :host([data-theme=dark]) { color-scheme: dark }
*, *::before { box-sizing: border-box } [hidden] { display: none !important }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer }
:focus-visible { outline: 3px solid var(--ac); outline-offset: 2px; border-radius: 6px }
.fab { position: fixed; z-index: 2147483000; bottom: max(20px, env(safe-area-inset-bottom)); right: 20px;
  background: var(--ac); color: var(--on); border-radius: 28px; padding: 13px 20px; font-weight: 600;
  box-shadow: 0 6px 24px #0004; display: flex; gap: 10px; align-items: center; border: 1px solid transparent }
.fab .new { background: var(--on); color: var(--ac); border-radius: 12px; min-width: 24px; padding: 0 7px; font-size: 14px; text-align: center }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
:host([data-side=left]) .fab, :host([data-side=left]) .panel { right: auto; left: 20px }
.fab svg { width: 20px; height: 20px; flex: none }
.panel { position: fixed; z-index: 2147483001; right: 20px; bottom: max(20px, env(safe-area-inset-bottom));
  width: min(390px, calc(100vw - 24px)); height: min(640px, calc(100dvh - 40px)); display: flex; flex-direction: column;
  background: var(--bg); color: var(--fg); border: 1px solid var(--ln); border-radius: var(--r); overflow: hidden;
  box-shadow: 0 18px 60px #0005 }
@media (max-width: 480px) { .panel, :host([data-side=left]) .panel { inset: 0; width: 100vw; height: 100dvh; border: 0;
  border-radius: 0 } }
@media (max-height: 420px) { .panel { overflow-y: auto } .panel .log { flex: none; overflow: visible; min-height: 9rem } }
@media (prefers-reduced-motion: no-preference) { .panel { animation: up .18s ease-out }
  @keyframes up { from { transform: translateY(12px); opacity: 0 } } .dots::after { animation: dots 1.2s steps(4) infinite }
  @keyframes dots { from { clip-path: inset(0 100% 0 0) } } }
.bar { display: flex; align-items: center; gap: 8px; padding: 14px 16px; border-bottom: 1px solid var(--ln) }
h2 { font-size: 17px; line-height: 1.3; margin: 0; flex: 1 }
.icon { width: 36px; height: 36px; display: grid; place-items: center; border-radius: 8px }
.icon:hover, .ghost:hover { background: var(--wash) } .icon svg { width: 20px; height: 20px }
.ai { margin: 0; padding: 9px 16px; font-size: 13px; line-height: 1.45; color: var(--so); background: var(--wash);
  border-bottom: 1px solid var(--ln) }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 14px }
.turn { max-width: 88%; overflow-wrap: anywhere } .turn p { margin: 0; white-space: pre-line }
.who { font-size: 12px; color: var(--so); margin-bottom: 3px }
.me { align-self: flex-end } .me .who { text-align: right }
.me p { background: var(--ac); color: var(--on); border: 1px solid transparent; padding: 9px 13px; border-radius: var(--r) var(--r) 4px var(--r) }
.it .say { background: var(--wash); padding: 10px 13px; border-radius: var(--r) var(--r) var(--r) 4px }
.label { font-size: 12px; color: var(--so); margin-top: 5px !important }
details { font-size: 13px; margin-top: 6px } summary { cursor: pointer; color: var(--ac); border-radius: 4px; width: fit-content }
details ul { margin: 6px 0 0; padding: 0 0 0 16px; color: var(--so) } li { margin: 3px 0 }
.note { font-size: 13px; color: var(--so); margin: 0 } .dots::after { content: " …"; display: inline-block }
form { border-top: 1px solid var(--ln); padding: 12px 16px 8px; display: flex; gap: 8px; align-items: flex-end }
textarea { flex: 1; font: inherit; color: inherit; background: var(--bg); border: 1px solid light-dark(#8b8f98, #767c88);
  border-radius: 8px; padding: 8px 10px; resize: none; height: 44px; max-height: 120px; field-sizing: content; min-height: 44px }
textarea::placeholder { color: var(--so); opacity: 1 }
.main { background: var(--ac); color: var(--on); border-radius: 8px; padding: 10px 16px; min-height: 44px; font-weight: 600 }
.main[disabled] { opacity: .55; cursor: default }
.foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; padding: 0 12px 10px }
.ghost { font-size: 13px; color: var(--ac); padding: 6px 8px; border-radius: 6px }
.recs { display: block; color: var(--fg) } .top { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; justify-content: space-between }
.recs ol { list-style: none; margin: 12px 0 0; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr)) }
.recs ol > li { margin: 0; border: 1px solid var(--ln); border-radius: var(--r); background: var(--bg); padding: 14px }
.recs a { color: inherit; font-weight: 600; text-underline-offset: 3px } .recs a:hover { color: var(--ac) }
.why { color: var(--so); font-size: 14px; margin: 6px 0 0 } .ad { font-size: 12px; border: 1px solid currentColor; border-radius: 4px; padding: 0 5px; margin-right: 6px }
meter { width: 100%; height: 8px; display: block } meter::-webkit-meter-optimum-value { background: var(--ac) }
meter::-moz-meter-bar { background: var(--ac) } meter::-webkit-meter-bar { background: var(--wash); border: 1px solid var(--ln); border-radius: 4px } .part { display: block; margin-top: 6px }
`;
let sheet = null;
function shadow(host) {
  const root = host.attachShadow({ mode: "open" });
  if (!sheet) { sheet = new CSSStyleSheet(); sheet.replaceSync(CSS); }
  root.adoptedStyleSheets = [sheet];
  host.lang = zh ? "zh-CN" : "en";
  if (data.theme) host.dataset.theme = data.theme;
  if (data.side) host.dataset.side = data.side;
  return root;
}
function el(name, props = {}, ...kids) {
  const node = document.createElement(name);
  for (const [k, v] of Object.entries(props)) {
    if (k === "on") for (const [event, act] of Object.entries(v)) node.addEventListener(event, act);
    else if (k in node && k !== "list" && !k.startsWith("aria")) node[k] = v; else node.setAttribute(k, v);
  }
  node.append(...kids.filter((k) => k !== null && k !== undefined));
  return node;
}
function icon(path) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg"), line = document.createElementNS(ns, "path");
  svg.setAttribute("viewBox", "0 0 24 24"); svg.setAttribute("aria-hidden", "true"); svg.setAttribute("fill", "none");
  svg.setAttribute("stroke", "currentColor"); svg.setAttribute("stroke-width", "2"); svg.setAttribute("stroke-linecap", "round");
  svg.setAttribute("stroke-linejoin", "round"); line.setAttribute("d", path); svg.append(line);
  return svg;
}
function call(path, body) {
  return fetch(`${base}/widget/v1/${path}`, { method: "POST", mode: "cors", credentials: "omit", referrerPolicy: "no-referrer",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "Accept-Language": lang },
    body: JSON.stringify(body) });
}
const told = (status) => (status === 429 ? t.slow : status === 401 || status === 403 ? t.closed : t.fail);
/* The conversation lives as long as the tab; while a person's answer is awaited, until it was read. */
const kept = (area, name, value) => {
  try {
    const box = window[area];
    if (value === undefined) return box.getItem(name) || "";
    return value ? (box.setItem(name, value), value) : (box.removeItem(name), "");
  } catch { return ""; /* blocked */ }
};
const ID = "goodword-conversation", WAITS = "goodword-waiting", SEEN = "goodword-seen";

/* ---------------------------------------------------------------- assistant */

function assistant() {
  const host = el("goodword-assistant"), root = shadow(host);
  let panel = null, log, field, send, wipe, busy = false, watch = 0;
  let conversation = kept("sessionStorage", ID) || kept("localStorage", WAITS);
  const mark = el("span", { className: "new", hidden: true, "aria-hidden": "true" }, "1"), news = el("div", { className: "unseen", role: "status" });
  const said = el("span", { className: "unseen" });
  const fab = el("button", { type: "button", className: "fab", "aria-haspopup": "dialog", on: { click: open } },
    icon("M21 12a8 8 0 0 1-11.6 7.1L4 20l1-4.6A8 8 0 1 1 21 12Z"), t.open, mark, said);
  root.append(fab, news);
  document.body.append(host);
  const body = (more) => ({ conversation, ...(data.session ? { session: data.session } : {}), ...more });
  const poll = +(data.poll || 15) * 1000;
  let last = kept("localStorage", SEEN); /* the hand-over whose answer was read */
  if (kept("localStorage", WAITS)) peek();

  function build() {
    log = el("div", { className: "log", role: "log", "aria-live": "polite", tabIndex: 0, "aria-label": t.title });
    field = el("textarea", { id: "q", placeholder: t.hint, maxLength: 2000, rows: 1, on: { keydown: (e) => {
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); submit(); } } } });
    send = el("button", { type: "submit", className: "main" }, t.send);
    const form = el("form", { on: { submit: (e) => { e.preventDefault(); submit(); } } },
      el("label", { htmlFor: "q", className: "unseen" }, t.ask), field, send);
    wipe = el("button", { type: "button", className: "ghost", hidden: !conversation, on: { click: erase, blur: () => (wipe.textContent = t.erase) } }, t.erase);
    panel = el("section", { className: "panel", role: "dialog", "aria-labelledby": "gw-t", "aria-describedby": "gw-ai",
      on: { keydown: (e) => { if (e.key === "Escape") close(); } } },
    el("div", { className: "bar" }, el("h2", { id: "gw-t" }, data.title || t.title),
      el("button", { type: "button", className: "icon", "aria-label": t.close, title: t.close, on: { click: close } }, icon("M6 6l12 12M18 6L6 18"))),
    el("p", { className: "ai", id: "gw-ai" }, t.ai), log, form,
    el("div", { className: "foot" },
      el("button", { type: "button", className: "ghost", on: { click: () => ask(t.wantPerson) } }, t.person),
      el("button", { type: "button", className: "ghost", on: { click: restart } }, t.again), wipe));
    root.append(panel);
  }
  function open() {
    if (!panel) build();
    const fresh = !mark.hidden;
    panel.hidden = false; fab.hidden = true; unread(0); field.focus();
    if (conversation) log.childElementCount ? look(fresh ? 0 : poll) : recall();
  }
  function close() { panel.hidden = true; fab.hidden = false; fab.focus(); clearTimeout(watch); if (kept("localStorage", WAITS)) peek(poll * 4); }
  function keep(id) { kept("sessionStorage", ID, id); if (!id) kept("localStorage", WAITS, ""); if (wipe) wipe.hidden = !id; conversation = id; }
  function restart() { keep(""); clearTimeout(watch); log.replaceChildren(); field.focus(); }
  function seen(id) { last = kept("localStorage", SEEN, `${id}`) || `${id}`; kept("localStorage", WAITS, ""); }
  function unread(id) { mark.hidden = !id; said.textContent = news.textContent = id ? `${zh ? "，" : ", "}${t.unread}` : ""; }
  async function erase() { /* asks once more, then it is gone here and at the shop */
    if (wipe.textContent !== t.sure) { wipe.textContent = t.sure; return; }
    try {
      const reply = await call("erase", body());
      if (!reply.ok) throw reply.status;
      restart(); log.append(el("p", { className: "note" }, t.erased));
    } catch (status) { log.append(el("p", { className: "note", role: "alert" }, told(status))); }
  }
  async function recall() { /* what was said before this page was opened */
    try {
      const reply = await call("conversation", body());
      const found = reply.ok ? await reply.json() : { turns: [] };
      for (const one of found.turns) {
        if (one.by === "person") { human(one.answer); continue; }
        turn(true, t.you, el("p", {}, one.question));
        rest(turn(false, t.shop, el("div", { className: "say" }, el("p", {}, one.answer || t.none))), one.quotes, one.label);
      }
      if (found.answered) seen(found.answered);
      if (found.waiting) { log.append(el("p", { className: "note" }, t.handed)); look(); }
    } catch { /* it is there the next time */ }
  }
  function peek(wait = 0) { /* whether a person has answered, while the panel is closed */
    clearTimeout(watch);
    watch = setTimeout(async () => {
      if (document.hidden) return peek(poll);
      try {
        const reply = await call("handed", body()), found = reply.ok ? await reply.json() : {};
        if (found.state === "answered" && `${found.id}` !== last) return unread(found.id);
        if (found.state === "waiting") peek(poll * 4);
      } catch { peek(poll * 4); }
    }, wait);
  }
  const human = (answer) => turn(false, t.human, el("div", { className: "say" }, el("p", {}, answer)));
  function rest(box, quotes, label) {
    if (quotes.length) box.append(el("details", {}, el("summary", {}, t.rests), el("ul", {}, ...quotes.map((q) => el("li", {}, `“${q}”`)))));
    if (label) box.append(el("p", { className: "label" }, label));
  }
  function submit() { const text = field.value.trim(); if (text && !busy) { field.value = ""; ask(text); } }

  function turn(mine, who, ...kids) {
    const node = el("div", { className: `turn ${mine ? "me" : "it"}` }, el("div", { className: "who" }, who), ...kids);
    log.append(node); log.scrollTop = log.scrollHeight;
    return node;
  }
  async function ask(text) {
    if (busy) return;
    busy = send.disabled = true;
    turn(true, t.you, el("p", {}, text));
    const say = el("div", { className: "say" }, el("p", { className: "dots" }, t.thinking));
    const box = turn(false, t.shop, say);
    box.setAttribute("aria-busy", "true"); /* read out once, whole */
    try {
      const { conversation: id, ...who } = body();
      const reply = await call("ask", { question: text, lang, ...(data.product ? { product: data.product } : {}), ...(id ? { conversation: id } : {}), ...who });
      if (!reply.ok) throw reply.status;
      for await (const [name, answer] of events(reply.body)) {
        if (name === "error") throw answer.status;
        show(box, say, answer, name === "done");
      }
    } catch (status) { say.replaceChildren(el("p", { role: "alert" }, told(status))); }
    box.removeAttribute("aria-busy");
    busy = send.disabled = false;
    log.scrollTop = log.scrollHeight;
  }
  function show(box, say, answer, done) {
    say.replaceChildren(el("p", {}, answer.answer || t.none));
    if (!done) return;
    keep(answer.conversation);
    rest(box, [...new Set(answer.sentences.flatMap((s) => s.evidence).map((e) => e.quote))], answer.label);
    if (answer.outcome === "handed_over") {
      kept("localStorage", WAITS, conversation);
      log.append(el("p", { className: "note" }, t.handed)); look();
      document.dispatchEvent(new CustomEvent("goodword:handed", { detail: { conversation } })); /* the shop may offer to mail the answer */
    }
  }
  function look(wait = poll) { /* for a person's answer, every 15 seconds while the panel is open */
    clearTimeout(watch);
    watch = setTimeout(async () => {
      try {
        const reply = await call("handed", body());
        const found = reply.ok ? await reply.json() : { state: "waiting" };
        if (found.state === "answered" && found.answer && `${found.id}` !== last) { human(found.answer); seen(found.id); }
        else if (found.state === "waiting" && !panel.hidden) look();
      } catch { if (!panel.hidden) look(); }
    }, wait);
  }
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let held = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += value;
      for (let at; (at = held.indexOf("\n\n")) >= 0; held = held.slice(at + 2)) {
        const [first, second] = held.slice(0, at).split("\n");
        if (second) yield [first.slice(7), JSON.parse(second.slice(6))];
      }
    }
  }
  window.goodwordWidget.open = open;
}

/* ---------------------------------------------------------------- recommendations */

function recommendations(place) {
  const root = shadow(place.attachShadow ? place.appendChild(el("goodword-recommendations")) : place);
  const link = place.dataset.link || "", list = (text) => (text || "").split(",").map((s) => s.trim()).filter(Boolean);
  const ask = { k: +(place.dataset.count || 4), lang, product: place.dataset.product || data.product || null,
    basket: list(place.dataset.basket), seen: list(place.dataset.seen), session: data.session || null, personal: true };
  const load = async (personal) => {
    try {
      const reply = await call("recommend", { ...ask, personal });
      if (reply.ok) draw(await reply.json(), personal);
    } catch { /* a shop page goes on without */ }
  };
  function draw(found, asked) {
    if (!found.items.length) return;
    const had = root.activeElement;
    const heading = !found.personalised ? t.recsAll : ask.session ? t.recsYou : t.recs;
    const change = asked && !found.personalised ? null : el("button", { type: "button", className: "ghost", on: { click: () => load(!asked) } }, asked ? t.all : t.mine);
    root.replaceChildren(el("section", { className: "recs", "aria-label": heading },
      el("div", { className: "top" }, el("h2", {}, heading), change),
      el("ol", {}, ...found.items.map(item)),
      el("details", {}, el("summary", {}, t.how), el("ul", {}, ...found.parameters.slice(1).map((p) => el("li", {}, p))))));
    if (had && change) change.focus();
  }
  function item(one) {
    const title = link ? el("a", { href: link.replace("%s", encodeURIComponent(one.sku)) }, one.title) : el("strong", {}, one.title);
    const parts = [...one.parts.map((p) => [`${t.kinds[p.kind] || ""} ${p.title}`.trim(), p.share]),
      ...(one.general >= 0.03 ? [[t.general, one.general]] : []), ...(one.rest >= 0.03 ? [[t.rest, one.rest]] : [])];
    return el("li", {}, one.advertisement ? el("span", { className: "ad" }, t.ad) : null, title,
      one.reason ? el("p", { className: "why" }, one.reason + (zh ? "" : " ") + one.label) : null,
      parts.length ? el("details", {}, el("summary", { "aria-label": `${t.why} ${one.title}` }, t.why),
        el("ul", { "aria-label": t.sum }, ...parts.map(([name, share]) => el("li", {}, `${name}: ${Math.round(share * 100)} %`,
          el("meter", { min: 0, max: 1, value: share, "aria-label": name }))))) : null);
  }
  load(true);
}

function start() {
  if (data.assistant !== "off") assistant();
  document.querySelectorAll("[data-goodword=recommend]").forEach(recommendations);
}
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
