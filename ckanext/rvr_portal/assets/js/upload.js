/* A chosen file is looked at before it is sent: its beginning goes to the portal, which says what it is and what is wrong. */
(function () {
  "use strict";

  var BEGINNING = 1024 * 1024;
  var field = document.getElementById("field-resource-upload");
  var answer = document.getElementById("file-check");
  var address = field && field.closest("[data-rvr-file-check]").dataset.rvrFileCheck;
  var asked = 0;
  if (!field || !answer || !window.fetch) {
    return;
  }

  function token() {
    var name = document.querySelector("meta[name=csrf_field_name]");
    var value = name && document.querySelector('meta[name="' + name.content + '"]');
    return value ? value.content : "";
  }

  // What was filled in for the file before is filled in anew; what somebody typed stays.
  function fillFormat() {
    var found = answer.querySelector("[data-format]");
    var format = document.getElementById("field-format");
    if (found && format && (!format.value || format.value === format.dataset.filled)) {
      format.value = format.dataset.filled = found.dataset.format;
    }
  }

  field.addEventListener("change", function () {
    var file = field.files[0];
    var mine = (asked += 1);
    answer.textContent = "";
    field.removeAttribute("aria-invalid");
    if (!file) {
      return;
    }
    document.getElementById("resource-url-upload").checked = true;
    var data = new FormData();
    data.append("upload", file.slice(0, BEGINNING), file.name);
    data.append("size", file.size);
    fetch(address, { method: "POST", body: data, headers: { "X-CSRFToken": token() }, credentials: "same-origin" })
      .then(function (response) {
        return response.ok ? response.text() : "";
      })
      .then(function (text) {
        if (mine === asked) {
          answer.innerHTML = text;
          fillFormat();
          if (answer.querySelector("[data-refused]")) {
            field.setAttribute("aria-invalid", "true");
          }
        }
      })
      .catch(function () {
        // Nothing is lost: the file is looked at again when it is sent.
      });
  });
})();
