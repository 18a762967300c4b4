/* After a save the server's own sums go into their places: [data-figure="<name>"] takes what autosave.js was answered. */

document.addEventListener("hejnal:saved", (event) => {
  const { figures = {}, missing } = event.detail;
  const texts = { ...figures, ...(missing === undefined ? {} : { missing: String(missing) }) };
  for (const place of document.querySelectorAll("[data-figure]")) {
    const text = texts[place.dataset.figure];
    if (text !== undefined && place.textContent !== text) place.textContent = text;
  }
});
