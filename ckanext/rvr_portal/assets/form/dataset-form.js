/* What the stewards' form gains with JavaScript: one step at a time, search in lists, focus on errors, nothing lost. */
(function () {
  "use strict";

  var form = document.querySelector("#dataset-edit, #resource-edit");
  if (!form || !form.querySelector(".rvr-step")) {
    return;
  }

  // Steps ------------------------------------------------------------------------------------------
  var steps = Array.prototype.slice.call(form.querySelectorAll(".rvr-step"));
  var links = Array.prototype.slice.call(form.querySelectorAll(".rvr-steps a"));

  function show(step) {
    steps.forEach(function (one) {
      one.hidden = one !== step;
    });
    links.forEach(function (link) {
      if (link.hash === "#" + step.id) {
        link.setAttribute("aria-current", "step");
      } else {
        link.removeAttribute("aria-current");
      }
    });
  }

  // Go to what the address names: a step, or a field wherever it is folded away.
  function follow(focus) {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var step = target && target.closest(".rvr-step");
    if (!step) {
      return false;
    }
    show(step);
    for (var fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    if (focus) {
      var wanted = target === step ? step.querySelector("h2") : target;
      wanted.focus();
      wanted.scrollIntoView({ block: target === step ? "nearest" : "center" });
    }
    return true;
  }

  var errors = document.getElementById("form-errors");
  var firstBad = form.querySelector(".rvr-step .error, .rvr-step .error-block, .rvr-step [autofocus]");
  if (!follow(false)) {
    show((firstBad && firstBad.closest(".rvr-step")) || steps[0]);
  }
  if (errors) {
    errors.focus();
  }
  window.addEventListener("hashchange", function () {
    follow(true);
  });
  form.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) {
      event.preventDefault();
      follow(true);
    }
  });

  // Lists of boxes ---------------------------------------------------------------------------------
  function plain(text) {
    return text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/ß/g, "ss");
  }

  function count(list) {
    var words = list.querySelector(".rvr-choices__count");
    var chosen = list.querySelectorAll("input[type=checkbox]:checked").length;
    words.textContent = chosen ? words.dataset.rvrWords.replace("{number}", chosen) : "";
  }

  form.querySelectorAll(".rvr-choices").forEach(function (list) {
    list.addEventListener("change", function () {
      count(list);
    });
    var box = list.querySelector(".rvr-choices__filter");
    if (!box) {
      return;
    }
    box.hidden = false;
    var field = box.querySelector("input");
    var status = box.querySelector("[role=status]");
    field.addEventListener("input", function (event) {
      event.stopPropagation();  // it is no entry of the form
      var wanted = plain(field.value.trim());
      var found = 0;
      list.querySelectorAll(".form-check").forEach(function (item) {
        item.hidden = wanted !== "" && plain(item.textContent).indexOf(wanted) < 0;
        found += item.hidden ? 0 : 1;
      });
      list.querySelectorAll(".rvr-choices__group").forEach(function (title) {
        title.hidden = wanted !== "";
      });
      status.textContent = wanted ? status.dataset.rvrWords.replace("{number}", found) : "";
    });
    field.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
      }
    });
  });

  // What fails in the background is told by the form itself; CKAN would show the whole error page above it.
  form.addEventListener("htmx:responseError", function (event) {
    event.stopPropagation();
  });

  // Entries that are not saved yet -----------------------------------------------------------------
  var keeper = form.querySelector("[data-rvr-keep]");
  var waiting = false;
  if (!keeper) {
    return;
  }
  form.addEventListener("input", function () {
    waiting = true;
  });
  form.addEventListener("change", function () {
    waiting = true;
  });
  form.addEventListener("submit", function () {
    waiting = false;
  });
  var line = document.getElementById("rvr-form-kept");
  var loginEnded = document.getElementById("rvr-form-login");
  var renewed = false;

  function say(text) {
    line.setAttribute("role", "alert");
    line.textContent = text;
  }

  function tellOfLogin(ended) {
    if (ended) {
      line.textContent = "";
      loginEnded.setAttribute("role", "alert");
    }
    loginEnded.hidden = !ended;
  }

  // The mark against forged posts ends after an hour and with the login; with a fresh one the form goes on.
  function renew() {
    return fetch(keeper.dataset.rvrToken, { credentials: "same-origin" })
      .then(function (response) {
        return response.ok ? response.json() : null;
      })
      .then(function (fresh) {
        tellOfLogin(!fresh);
        if (!fresh) {
          return;
        }
        document.querySelectorAll('input[name="' + fresh.name + '"]').forEach(function (field) {
          field.value = fresh.token;
        });
        document.querySelectorAll('meta[name="' + fresh.name + '"]').forEach(function (meta) {
          meta.content = fresh.token;
        });
        window.htmx.trigger(keeper, "rvr-keep");
      })
      .catch(function () {
        say(keeper.dataset.rvrLost);
      });
  }

  keeper.addEventListener("htmx:afterRequest", function (event) {
    if (event.target !== keeper) {
      return;
    }
    var status = event.detail.xhr ? event.detail.xhr.status : 0;
    if (event.detail.successful) {
      waiting = renewed = false;
      line.removeAttribute("role");
      tellOfLogin(false);
    } else if (status !== 400 && status !== 403) {
      say(keeper.dataset.rvrLost);
    } else if (loginEnded.hidden && !renewed) {
      renewed = true;
      renew();
    } else if (loginEnded.hidden) {
      say(keeper.dataset.rvrLost);
    }
  });
  // Back from another tab or window, maybe from the login.
  function comeBack() {
    if (document.visibilityState === "visible" && !loginEnded.hidden) {
      renewed = true;
      renew();
    }
  }
  document.addEventListener("visibilitychange", comeBack);
  window.addEventListener("focus", comeBack);
  // The page may be gone before the next request is due.
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && waiting && navigator.sendBeacon) {
      var entries = new FormData(form);
      entries.delete("upload");
      waiting = !navigator.sendBeacon(keeper.dataset.rvrKeep, entries);
    }
  });
})();
