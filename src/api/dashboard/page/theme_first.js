// Before the first paint, so that who chose a theme never sees the other one flash by.
{
  const chosen = localStorage.getItem("vivarium.theme");
  if (chosen !== null) document.documentElement.dataset.theme = chosen;
}
