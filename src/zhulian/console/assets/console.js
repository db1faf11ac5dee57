document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  navigator.clipboard.writeText(button.dataset.copy).then(() => {
    button.style.color = "var(--ok)";
    setTimeout(() => { button.style.color = ""; }, 1200);
  });
});
