(() => {
  "use strict";
  // The copy button beside a console block copies what is to be typed: no prompt, no output. The theme copies `data-copy`.
  for (const code of document.querySelectorAll(".language-console.highlight code")) {
    const typed = code.cloneNode(true);
    for (const said of typed.querySelectorAll(".gp, .go")) said.remove();
    code.closest("pre").dataset.copy = typed.textContent.split("\n").filter((line) => line.trim()).join("\n");
  }

  // A table that is wider than the screen is moved sideways by the keyboard, too.
  const reach = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) reach.observe(table);
})();
