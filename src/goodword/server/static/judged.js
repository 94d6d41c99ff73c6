// Point at a sentence: what it rests on lights up beside it, or stands in a small sheet where nothing is beside it.
import { el } from "./base.js";

let sheet;

function close() {
  sheet?.remove();
  sheet = undefined;
  document.querySelectorAll(".claim.on, .whys > .on").forEach((node) => node.classList.remove("on"));
}

function beside(item) {
  const fold = item.closest("details:not([open])");
  return !fold && item.getClientRects().length > 0 && innerWidth > 1024;
}

/** Scroll what holds the item, and never the page: the text one reads stays where it is. */
function reveal(item) {
  const held = item.closest(".tall");
  if (!held) return;
  const [box, own] = [held.getBoundingClientRect(), item.getBoundingClientRect()];
  if (own.top < box.top || own.bottom > box.bottom) held.scrollBy({ top: own.top - box.top - 16, behavior: "smooth" });
}

function show(claim, { keep }) {
  const item = document.getElementById(decodeURIComponent(claim.hash.slice(1)));
  close();
  if (!item) return;
  document.querySelectorAll(`.claim[href="${claim.getAttribute("href")}"]`).forEach((c) => c.classList.add("on"));
  item.classList.add("on");
  if (beside(item)) {
    if (keep) reveal(item);
    return;
  }
  const told = item.cloneNode(true);
  told.removeAttribute("id");
  sheet = el("div", { class: "pop", role: "tooltip" }, el("ol", { class: "evidence whys" }, told));
  document.body.append(sheet);
  const box = claim.getClientRects()[0];
  const left = Math.min(Math.max(8, box.left + scrollX), document.documentElement.clientWidth - sheet.offsetWidth - 8);
  const below = box.bottom + sheet.offsetHeight + 12 < innerHeight || box.top < sheet.offsetHeight + 12;
  sheet.style.setProperty("left", `${left}px`);
  sheet.style.setProperty("top", `${scrollY + (below ? box.bottom + 6 : box.top - sheet.offsetHeight - 6)}px`);
}

const claimOf = (event) => event.target.closest?.(".judged .claim");
let held = false;

document.addEventListener("mouseover", (event) => {
  const claim = claimOf(event);
  if (claim && !held) show(claim, { keep: false });
});
document.addEventListener("mouseout", (event) => {
  if (claimOf(event) && !held) close();
});
document.addEventListener("focusin", (event) => {
  const claim = claimOf(event);
  if (claim) show(claim, { keep: true });
  else if (sheet && !sheet.contains(event.target)) {
    held = false;
    close();
  }
});
document.addEventListener("click", (event) => {
  const claim = claimOf(event);
  if (claim) {
    event.preventDefault();
    held = true;
    show(claim, { keep: true });
  } else if (!sheet?.contains(event.target)) {
    held = false;
    close();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    held = false;
    close();
  }
});
