// Numbered words of a need (templates/staff/candidates/need_text.html). The numbers are links and work without this.
(function () {
  "use strict";

  function sameWord(number, on) {
    document.querySelectorAll(".need-word__number[data-word='" + number + "']").forEach(function (note) {
      (note.closest(".need-word") || note).classList.toggle("need-word--lit", on);
    });
  }

  document.querySelectorAll(".need-word__number").forEach(function (note) {
    function light(on) {
      return function () {
        sameWord(note.dataset.word, on);
      };
    }
    note.addEventListener("mouseenter", light(true));
    note.addEventListener("focus", light(true));
    note.addEventListener("mouseleave", light(false));
    note.addEventListener("blur", light(false));
    note.addEventListener("click", function () {
      var target = document.getElementById(note.getAttribute("href").slice(1));
      var fold = target && target.closest("details");
      if (fold) fold.open = true;
    });
  });
})();
