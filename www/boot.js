// Starts the page, and says what is missing when it cannot. Which module that is stands at the script's element.

const notice = document.getElementById("boot");

try {
  await import(document.querySelector("script[data-page]").dataset.page);
} catch (error) {
  notice.hidden = false;
  notice.setAttribute("role", "alert");
  notice.textContent =
    `The driver did not load (${error.message}). The page expects the built package at pkg/: ` +
    "in a clone of the project, `cargo xtask demo` puts it there.";
  throw error;
}
