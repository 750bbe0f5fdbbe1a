// What pages do beyond what they show without it: times in the reader's zone, and fresh content while somebody looks.
"use strict";

const refreshEvery = 15000;

function localTimes(root) {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of root.querySelectorAll("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (isNaN(at)) continue;
    time.title = time.textContent;
    time.textContent = format.format(at);
  }
}

// A form that somebody fills in, or has filled in, is not taken away.
function isBusy(main) {
  const focused = document.activeElement;
  if (focused && main.contains(focused) && focused.matches("input:not([type=hidden]), select, textarea")) return true;
  if (getSelection()?.toString()) return true;
  return [...main.querySelectorAll("form input:not([type=hidden]), form textarea")].some(input =>
    input.type === "checkbox" || input.type === "radio" ? input.checked !== input.defaultChecked : input.value !== input.defaultValue);
}

function swap(main, fresh) {
  const open = [...main.querySelectorAll("details[id]")].map(details => [details.id, details.open]);
  const focused = document.activeElement;
  const path = main.contains(focused) && focused !== main
    ? { id: focused.id, href: focused.getAttribute("href"), index: [...main.querySelectorAll(focused.tagName)].indexOf(focused), tag: focused.tagName }
    : null;
  const scrolled = [...main.querySelectorAll(".scroll")].map(box => box.scrollLeft);
  const { scrollX, scrollY } = window;
  main.replaceChildren(...fresh.childNodes);
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  [...main.querySelectorAll(".scroll")].forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0; });
  if (path) {
    const again = (path.id && document.getElementById(path.id))
      || [...main.querySelectorAll(path.tag)].find(element => path.href !== null && element.getAttribute("href") === path.href)
      || main.querySelectorAll(path.tag)[path.index];
    again?.focus({ preventScroll: true });
  }
  window.scrollTo(scrollX, scrollY);
  localTimes(main);
}

let shown = null;

async function refresh() {
  const main = document.getElementById("main");
  if (document.hidden || !main || isBusy(main)) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual", cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const content = fresh.getElementById("main");
    if (!content || isBusy(main)) return;
    document.getElementById("status")?.replaceWith(fresh.getElementById("status"));
    document.title = fresh.title;
    if (content.innerHTML === shown) return;
    shown = content.innerHTML;
    swap(main, content);
    main.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
  } catch {
    // Nobody answers: what is shown stays, and says when it was collected.
  }
}

localTimes(document);
if (document.querySelector("nav")) setInterval(refresh, refreshEvery);
addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
addEventListener("refresh-now", refresh);
