// Small helps for forms (templates/components/forms.html). Every form works without them.
(function () {
  "use strict";

  // The error summary gets the focus, and its links put the field's label in sight, not only its input.
  function leadToErrors() {
    var summary = document.querySelector("[data-error-summary]");
    if (!summary) return;
    summary.focus();
    summary.addEventListener("click", function (event) {
      var link = event.target.closest("a[href^='#']");
      var input = link && document.getElementById(link.getAttribute("href").slice(1));
      if (!input) return;
      event.preventDefault();
      openAround(input);
      (input.closest(".form-group") || input).scrollIntoView();
      input.focus({ preventScroll: true });
    });
  }

  function openAround(element) {
    var fold = element.closest("details");
    if (fold) fold.open = true;
  }

  // A double click sends once. The button is not disabled at once, so that its name and value go along.
  function sendOnce(form) {
    form.addEventListener("submit", function (event) {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    });
    // The browser's Back button may bring the page back as it was left.
    window.addEventListener("pageshow", function () {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  }

  function warnUnsaved(form) {
    var before = written(form);
    window.addEventListener("beforeunload", function (event) {
      if (!form.dataset.sent && written(form) !== before) event.preventDefault();
    });
  }

  function written(form) {
    return new URLSearchParams(new FormData(form)).toString();
  }

  // How much room is left. Said aloud only after a pause in the typing.
  function countDown(note) {
    var field = document.getElementById(note.dataset.limitFor);
    if (!field) return;
    var aloud = document.createElement("span");
    var pause;
    aloud.className = "sr-only";
    aloud.setAttribute("role", "status");
    note.after(aloud);
    note.setAttribute("aria-hidden", "true");
    function show() {
      var left = Number(note.dataset.limit) - field.value.length;
      note.textContent = (left < 0 ? note.dataset.over : note.dataset.left).replace("{n}", String(Math.abs(left)));
      note.classList.toggle("over-limit", left < 0);
      window.clearTimeout(pause);
      pause = window.setTimeout(function () {
        if (document.activeElement === field) aloud.textContent = note.textContent;
      }, 1000);
    }
    field.addEventListener("input", show);
    show();
  }

  // Fields that only matter after one answer stay hidden until it is given. What was written in them stays.
  function reveal(part) {
    var input = document.getElementById(part.dataset.revealFor);
    if (!input) return;
    function show() {
      part.hidden = !input.checked;
    }
    input.form.addEventListener("change", show);
    show();
  }

  leadToErrors();
  document.querySelectorAll("form[data-submit-once]").forEach(sendOnce);
  document.querySelectorAll("form[data-warn-unsaved]").forEach(warnUnsaved);
  document.querySelectorAll("[data-limit-for]").forEach(countDown);
  document.querySelectorAll("[data-reveal-for]").forEach(reveal);
})();
