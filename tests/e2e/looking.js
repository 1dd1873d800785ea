// What a careful reader would see on a page. Each function is evaluated in the page by looking.py.
({
  overflows: () => {
    const edge = document.documentElement.clientWidth;
    const found = [];
    if (document.documentElement.scrollWidth > edge + 1) found.push(`page is ${document.documentElement.scrollWidth} wide`);
    for (const el of document.querySelectorAll("main *, .rail *, .top *")) {
      if (el.closest(".wide, .src, .ob, .queue, svg, dialog, .unseen, .sheet")) continue;
      const box = el.getBoundingClientRect();
      if (box.width && (box.right > edge + 1 || box.left < -1)) found.push(`${el.tagName}.${el.className} ${Math.round(box.left)}..${Math.round(box.right)}`);
    }
    return found.slice(0, 5);
  },

  unnamed: () => {
    const found = [];
    const named = (el) => (el.getAttribute("aria-label") || el.textContent || el.getAttribute("title") || "").trim()
      || (el.labels && el.labels.length && [...el.labels].some((l) => l.textContent.trim()))
      || el.getAttribute("aria-labelledby");
    for (const el of document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")) if (!named(el)) found.push(el.outerHTML.slice(0, 120));
    for (const el of document.querySelectorAll("section, article, nav, aside > section")) if (!el.getAttribute("aria-label") && !el.getAttribute("aria-labelledby")) found.push(`unnamed ${el.tagName}`);
    for (const el of document.querySelectorAll("[aria-labelledby]")) if (el.getAttribute("aria-labelledby").split(" ").some((id) => !document.getElementById(id))) found.push(`no ${el.getAttribute("aria-labelledby")}`);
    for (const el of document.querySelectorAll("svg:not([aria-hidden]):not([role=img])")) found.push("svg without role");
    const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
    for (const id of new Set(ids)) if (ids.filter((i) => i === id).length > 1) found.push(`id ${id} twice`);
    for (const tag of ["main", "nav", "header.top", "footer.state"]) if (!document.querySelector(tag)) found.push(`no ${tag}`);
    const first = document.querySelector("a");
    if (!first.matches(".skip") || !document.querySelector(first.getAttribute("href"))) found.push("skip link is not first");
    if (!document.documentElement.lang) found.push("no language");
    return found.slice(0, 8);
  },

  contrast: () => {
    const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
    const part = (v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
    const behind = (el) => {
      for (let at = el; at; at = at.parentElement) {
        const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
        if (a > 0.99) return [r, g, b];
      }
      return [255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const el = walker.currentNode.parentElement;
      if (!walker.currentNode.textContent.trim() || el.closest("svg, dialog, script, :disabled") || !el.getClientRects().length) continue;
      const style = getComputedStyle(el);
      const [a, b] = [light(rgb(style.color)), light(behind(el))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${el.tagName}.${el.className}: ${walker.currentNode.textContent.trim().slice(0, 40)}`);
      if (parseFloat(style.fontSize) < 11) found.push(`${style.fontSize} ${el.tagName}`);
    }
    return found.slice(0, 8);
  },
})
