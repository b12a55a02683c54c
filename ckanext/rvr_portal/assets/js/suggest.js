/* Suggestions while typing, as a combobox with a list (ARIA Authoring Practices). Without JavaScript the field is a field. */
(function () {
  "use strict";

  var WAIT = 150;
  var SHORTEST = 2;
  var timer = null;
  var request = null;
  // the one list that is open: its field, its options, the chosen one, what they were suggested for
  var open = null;

  function list(input) {
    return document.getElementById(input.getAttribute("aria-controls"));
  }

  function say(input, text) {
    document.getElementById(input.id + "-status").textContent = text;
  }

  function enhance(input) {
    if (input.getAttribute("role") === "combobox") {
      return;
    }
    // a search field may not be a combobox (ARIA in HTML), a text field may
    input.type = "text";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", input.id + "-list");
    var box = document.createElement("ul");
    box.id = input.id + "-list";
    box.className = "rvr-suggest";
    box.hidden = true;
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", input.dataset.rvrSuggestLabel);
    var status = document.createElement("p");
    status.id = input.id + "-status";
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    input.parentElement.append(box, status);
  }

  function forget() {
    window.clearTimeout(timer);
    if (request) {
      request.abort();
      request = null;
    }
  }

  function close() {
    forget();
    if (!open) {
      return;
    }
    var box = list(open.input);
    if (box) {
      box.hidden = true;
      box.textContent = "";
    }
    open.input.setAttribute("aria-expanded", "false");
    open.input.removeAttribute("aria-activedescendant");
    open = null;
  }

  // what separates the parts for the eye is heard as a sign
  function part(name, text, before, after) {
    var element = document.createElement("span");
    element.className = "rvr-suggest__" + name;
    element.append(sign(before), text, sign(after));
    return element;
  }

  function sign(text) {
    var element = document.createElement("span");
    element.className = "visually-hidden";
    element.textContent = text;
    return text ? element : "";
  }

  function show(input, found, status) {
    close();
    say(input, status);
    if (!found.length) {
      return;
    }
    var box = list(input);
    found.forEach(function (one, number) {
      var option = document.createElement("li");
      option.id = box.id + "-" + number;
      option.className = "rvr-suggest__option";
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      var detail = one.q ? input.dataset.rvrSuggestWith.replace("{words}", one.q) : one.detail;
      option.append(part("kind", one.kind_label, "", ": "), part("label", one.label, "", ""));
      if (detail) {
        option.append(part("detail", detail, ", ", ""));
      }
      box.append(option);
    });
    box.hidden = false;
    input.setAttribute("aria-expanded", "true");
    open = { input: input, found: found, active: -1 };
  }

  function ask(input) {
    var text = input.value.trim();
    if (text.length < SHORTEST) {
      close();
      say(input, "");
      return;
    }
    forget();
    var own = new AbortController();
    request = own;
    var address = input.dataset.rvrSuggest;
    address += (address.indexOf("?") === -1 ? "?" : "&") + "q=" + encodeURIComponent(text.slice(0, 200));
    fetch(address, { signal: own.signal, credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (answer) {
        return answer.ok ? answer.json() : { suggestions: [], status: "" };
      })
      .then(function (answer) {
        if (request === own) {
          request = null;
          if (document.activeElement === input) {
            show(input, answer.suggestions, answer.status);
          }
        }
      })
      // aborted or offline: the search itself says what is wrong
      .catch(function () {
        if (request === own) {
          close();
        }
      });
  }

  function move(step) {
    var options = list(open.input).children;
    if (options[open.active]) {
      options[open.active].setAttribute("aria-selected", "false");
    }
    // one step beyond either end is the field itself
    var places = options.length + 1;
    open.active = ((open.active + 1 + step + places) % places) - 1;
    var option = options[open.active];
    if (!option) {
      open.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    open.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    var input = open.input;
    var one = open.found[number];
    var form = input.form;
    close();
    if (!one.parameter || !form.hasAttribute("hx-boost")) {
      window.location.assign(one.url);
      return;
    }
    // with the other filters of the page
    var filter = document.createElement("input");
    filter.type = "hidden";
    filter.name = one.parameter;
    filter.value = one.value;
    form.append(filter);
    input.value = one.q;
    form.requestSubmit();
  }

  function field(event) {
    return event.target.closest && event.target.closest('[data-rvr-suggest][role="combobox"]');
  }

  document.body.addEventListener("input", function (event) {
    var input = field(event);
    if (input) {
      forget();
      timer = window.setTimeout(ask, WAIT, input);
    }
  });

  document.body.addEventListener("keydown", function (event) {
    var input = field(event);
    if (!input || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    var mine = open && open.input === input;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (mine) {
        move(event.key === "ArrowDown" ? 1 : -1);
      } else {
        ask(input);
      }
    } else if (event.key === "Escape") {
      if (mine || request) {
        event.preventDefault();
        say(input, "");
      }
      close();
    } else if (event.key === "Enter" && mine && open.active !== -1) {
      event.preventDefault();
      choose(open.active);
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    }
  });

  // The field keeps the focus while the mouse chooses.
  document.body.addEventListener("mousedown", function (event) {
    if (event.target.closest(".rvr-suggest")) {
      event.preventDefault();
    }
  });

  document.body.addEventListener("click", function (event) {
    var option = event.target.closest(".rvr-suggest__option");
    if (option && open && list(open.input).contains(option)) {
      choose(Array.prototype.indexOf.call(option.parentElement.children, option));
    }
  });

  document.body.addEventListener("focusout", function (event) {
    if (field(event)) {
      close();
    }
  });

  document.body.addEventListener("submit", close, true);

  function revive() {
    document.querySelectorAll("[data-rvr-suggest]").forEach(enhance);
  }

  // what a swap takes away takes its list along
  document.body.addEventListener("htmx:beforeSwap", close);
  document.body.addEventListener("htmx:afterSettle", revive);
  revive();
})();
