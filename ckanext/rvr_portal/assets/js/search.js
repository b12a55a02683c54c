/* Filters of a result: a tick searches at once, long lists get a field to find a value. Without JavaScript the button does. */
(function () {
  "use strict";

  var FORM = "dataset-search-form";

  function form() {
    return document.getElementById(FORM);
  }

  function isFilter(box) {
    return box.type === "checkbox" && box.getAttribute("form") === FORM;
  }

  // A quick hand ticks before the scripts have come: that tick searches as soon as htmx has taken hold of the form, which
  // happens at the same event, before this. All listeners sit on the body: what a swap brings in needs none of its own.
  function listen() {
    document.body.addEventListener("change", function (event) {
      if (isFilter(event.target) && form()) {
        form().requestSubmit();
      }
    });
    var early = Array.prototype.some.call(form() ? form().elements : [], function (box) {
      return isFilter(box) && box.checked !== box.defaultChecked;
    });
    if (early) {
      form().requestSubmit();
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", listen);
  } else {
    listen();
  }

  document.body.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.elt !== form()) {
      return;
    }
    // Fields left empty do not belong into an address that people pass on.
    var given = event.detail.parameters;
    Object.keys(given).forEach(function (name) {
      if (given[name] === "") {
        delete given[name];
      }
    });
  });

  // What the reader has opened or typed stays so when the filters come anew.
  var opened = {};
  var typed = {};

  document.body.addEventListener("toggle", function (event) {
    if (event.target.id && event.target.classList.contains("rvr-inside")) {
      opened[event.target.id] = event.target.open;
    }
  }, true);

  function find(field) {
    var facet = document.getElementById(field.dataset.rvrFind);
    var input = field.querySelector("input");
    var wanted = input.value.trim().toLocaleLowerCase("de");
    var found = 0;
    typed[input.id] = input.value;
    facet.querySelectorAll(".rvr-option").forEach(function (option) {
      var fits = option.dataset.rvrName.indexOf(wanted) !== -1;
      option.hidden = !fits;
      found += fits ? 1 : 0;
      for (var box = option.closest("details"); wanted && fits && box && facet.contains(box); box = box.parentElement.closest("details")) {
        box.open = true;
      }
    });
    var none = field.querySelector(".rvr-find__none");
    none.textContent = wanted && !found ? none.dataset.rvrNone : "";
  }

  document.body.addEventListener("input", function (event) {
    var field = event.target.closest && event.target.closest("[data-rvr-find]");
    if (field) {
      find(field);
    }
  });

  function revive() {
    Object.keys(opened).forEach(function (id) {
      var box = document.getElementById(id);
      if (box && opened[id]) {
        box.open = true;
      }
    });
    document.querySelectorAll("[data-rvr-find]").forEach(function (field) {
      var input = field.querySelector("input");
      field.hidden = false;
      if (typed[input.id]) {
        input.value = typed[input.id];
        find(field);
      }
    });
  }

  document.body.addEventListener("htmx:afterSettle", revive);
  revive();
})();
