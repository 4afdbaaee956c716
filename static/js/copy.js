// The copy button of templates/components/copy.html; shown only where the browser can copy.
(function () {
  "use strict";

  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach(function (part) {
    var button = part.querySelector("[data-copy-button]");
    var status = part.querySelector("[data-copy-status]");
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(part.querySelector("[data-copy-text]").textContent).then(function () {
        status.textContent = button.dataset.done;
        button.textContent = button.dataset.done;
      });
    });
  });
})();
