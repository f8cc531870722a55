// Keys of the viewer: j and k (next, previous document or row), / (search), u (up to the list), v (view), n (next place), ? (the keys).
"use strict";
(() => {
  const follow = (selector) => { const link = document.querySelector(selector); if (link) link.click(); };
  const rows = () => [...document.querySelectorAll("main tbody tr td:first-child a")];
  const move = (step) => {
    const rel = step > 0 ? "next" : "prev";
    if (document.querySelector("main.document, .ledger")) return follow(`a[rel=${rel}]`);
    const links = rows();
    if (!links.length) return undefined;
    const at = links.indexOf(document.activeElement);
    const to = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    return links[to] ? links[to].focus() : follow(`a[rel=${rel}]`);
  };
  const turn = () => {
    const views = [...document.querySelectorAll("input[name=view]")];
    const at = views.findIndex((view) => view.checked);
    if (at >= 0) views[(at + 1) % views.length].checked = true;
  };
  let at = 0; // the place where a document opens is the first
  const next = () => {
    const places = [...document.querySelectorAll(".here")].filter((place) => place.checkVisibility());
    if (places.length) places[at = (at + 1) % places.length].scrollIntoView({ block: "center" });
  };
  const keys = {
    j: () => move(1), k: () => move(-1), u: () => follow("a[rel=up]"), v: turn, n: next,
    "/": () => { const field = document.getElementById("q"); if (field) { field.focus(); } else { follow("a[rel=up]"); } },
    "?": () => { const help = document.getElementById("keys"); if (help) help.open = !help.open; },
  };
  // the address of an edit that was clicked, to be passed on
  document.addEventListener("click", (event) => {
    const edit = event.target.closest(".edit[id]");
    if (edit) history.replaceState(null, "", `#${edit.id}`);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || (typing && event.key !== "Escape")) return;
    if (event.key === "Escape" && typing) { event.target.blur(); return; }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
})();
