// Sets the chosen theme before the first paint, so that the wrong one never flashes.
// "system" (or nothing chosen) leaves the attribute out: then tokens.css follows prefers-color-scheme by itself.
(function () {
  try {
    var chosen = localStorage.getItem("chatterbox.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage can be forbidden; the system's theme is a good answer then.
  }
})();
