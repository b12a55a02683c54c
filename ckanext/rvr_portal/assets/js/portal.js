/* What pages gain with JavaScript: nothing here is needed to read, search or download. */
(function () {
  "use strict";

  var wide = window.matchMedia("(min-width: 62rem)");
  var filters = document.getElementById("rvr-filters");

  // On a phone the filters are folded until asked for; on a wide screen there is nothing to fold.
  function fold() {
    if (filters && !filters.hasAttribute("data-rvr-folded")) {
      filters.open = wide.matches;
    }
  }
  fold();
  wide.addEventListener("change", fold);

  // The box that Select2 puts in place of a field does not take over the field's label. It comes some time after the page.
  function nameBoxes() {
    document.querySelectorAll(".select2-selection:not([aria-label])").forEach(function (box) {
      var container = box.closest(".select2-container");
      var field = container && container.previousElementSibling;
      var label = field && field.labels && field.labels[0];
      if (label) {
        box.setAttribute("aria-label", label.textContent.trim());
      }
    });
  }
  if (document.querySelector('[data-module~="autocomplete"]')) {
    new MutationObserver(nameBoxes).observe(document.body, { childList: true, subtree: true });
  }

  var focusId = null;

  // CKAN's search replaces parts of the page. Say what the list shows now, and leave the focus where it was.
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    focusId = event.detail.elt && event.detail.elt.id;
    if (document.activeElement && document.activeElement.id) {
      focusId = document.activeElement.id;
    }
    var results = document.getElementById("search-results");
    if (results) {
      results.setAttribute("aria-busy", "true");
    }
  });

  document.body.addEventListener("htmx:afterSettle", function () {
    var head = document.getElementById("rvr-search-head");
    var status = document.getElementById("rvr-result-status");
    if (!head || !status) {
      return;
    }
    var sentence = head.dataset.rvrSentence;
    if (status.textContent !== sentence) {
      status.textContent = sentence;
      document.title = sentence + document.title.slice(Math.max(document.title.lastIndexOf(" - "), 0));
    }
    if (!document.activeElement || document.activeElement === document.body) {
      var target = focusId && document.getElementById(focusId);
      if (!target || focusId.indexOf("page-") === 0) {
        target = document.getElementById("rvr-result-head");
      }
      if (target) {
        target.focus({ preventScroll: focusId !== null && focusId.indexOf("page-") !== 0 });
      }
    }
  });
})();
