/*
The map of a search. The marks come from the server for what the map shows; what is searched for stands in the head of the
page, which htmx replaces: then the marks are fetched anew. The list beside it belongs to the same search.
*/
(function () {
  "use strict";

  var root, texts, region, layer, status, running;
  var asked = null;

  function query() {
    var head = document.getElementById("rvr-search-head");
    return new URLSearchParams((head && head.dataset.rvrQuery) || "");
  }

  function address(base, extra) {
    var parameters = query();
    Object.keys(extra).forEach(function (name) { parameters.set(name, extra[name]); });
    return base + "?" + parameters;
  }

  function view() {
    var box = region.map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map(function (number) {
      return number.toFixed(4);
    });
  }

  function inFigures(number) {
    return number.toLocaleString(document.documentElement.lang);
  }

  function nameOf(count, town) {
    var number = count === 1 ? texts.textOne : texts.textMany.replace("{number}", inFigures(count));
    return town ? texts.textNear.replace("{number}", number).replace("{place}", town) : number;
  }

  function nearer(at) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "rvr-linkbutton";
    button.textContent = texts.textNearer;
    button.addEventListener("click", function () {
      region.map.closePopup();
      region.map.setView(at, region.map.getZoom() + 2, { animate: false });
      region.host.focus({ preventScroll: true });
    });
    return button;
  }

  function fill(popup, cell, at) {
    var wanted = asked = {};
    var element = document.createElement("div");
    element.textContent = texts.textWait;
    popup.setContent(element);
    fetch(address(texts.bubble, { cell: cell }), { credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.text() : Promise.reject(answer);
    }).then(function (html) {
      if (asked !== wanted) {
        return;
      }
      element.innerHTML = html;
      if (region.map.getZoom() < region.map.getMaxZoom() && element.querySelectorAll("li").length > 1) {
        element.appendChild(nearer(at));
      }
      popup.update();
      var first = element.querySelector("a[href]");
      if (first) {
        first.focus({ preventScroll: true });
      }
    }).catch(function () { element.textContent = texts.textFailed; });
  }

  function draw(found) {
    var focused = document.activeElement && document.activeElement.dataset && document.activeElement.dataset.rvrCell;
    layer.clearLayers();
    found.marks.forEach(function (mark) {
      var at = L.latLng(mark[1], mark[0]);
      var cell = mark[3];
      var name = nameOf(mark[2], mark[4]);
      var marker = RvrRegionMap.marker(at, mark[2], name);
      marker.bindPopup("", { autoPanPadding: [24, 24], maxHeight: 280, minWidth: 220 });
      marker.on("popupopen", function (event) { fill(event.popup, cell, at); });
      layer.addLayer(marker);
      var element = marker.getElement();
      element.setAttribute("aria-label", name);
      element.dataset.rvrCell = cell;
      if (cell === focused) {
        element.focus({ preventScroll: true });
      }
    });
    var note = root.querySelector("[data-rvr-unlocated]");
    var without = found.total - found.located;
    note.hidden = !without;
    note.textContent = note.dataset.rvrUnlocated.replace("{number}", inFigures(without));
  }

  /* Marks for what the map shows; with `fit` the map goes where the marks are. */
  function load(fit) {
    if (running) {
      running.abort();
    }
    running = new AbortController();
    var extra = { zoom: region.map.getZoom().toFixed(1) };
    if (!fit) {
      extra.view = view().join(",");
    }
    fetch(address(texts.clusters, extra), { credentials: "same-origin", signal: running.signal }).then(function (answer) {
      return answer.ok ? answer.json() : Promise.reject(answer);
    }).then(function (found) {
      status.textContent = "";
      draw(found);
      if (fit && found.bounds) {
        var box = L.latLngBounds([found.bounds[1], found.bounds[0]], [found.bounds[3], found.bounds[2]]);
        region.map.fitBounds(region.bounds.contains(box) ? box.pad(0.15) : region.bounds, { maxZoom: region.hasLayers ? 13 : 10.5, animate: false });
      }
    }).catch(function (error) {
      if (error.name !== "AbortError") {
        status.textContent = texts.textFailed;
      }
    });
  }

  /* The forms below the map stay when htmx changes the search: they send along what is searched for now. */
  function carry() {
    root.querySelectorAll("[data-rvr-carry]").forEach(function (form) {
      form.querySelectorAll("input[type=hidden]").forEach(function (field) { field.remove(); });
      query().forEach(function (value, name) {
        if (name !== form.dataset.rvrCarry) {
          var field = document.createElement("input");
          field.type = "hidden";
          field.name = name;
          field.value = value;
          form.append(field);
        }
      });
    });
  }

  /* The list is narrowed to what the map shows, by the same form that people without a mouse fill in. */
  function takeView() {
    var box = view();
    var form = root.querySelector("[data-rvr-box]");
    ["west", "south", "east", "north"].forEach(function (side, number) {
      form.elements[side].value = box[number];
    });
    form.requestSubmit();
  }

  function init() {
    root = document.querySelector("[data-rvr-search-map]");
    if (!root) {
      return;
    }
    texts = root.dataset;
    status = root.querySelector("[data-rvr-map-status]");
    region = RvrRegionMap.open(root);
    layer = L.layerGroup().addTo(region.map);
    var tools = document.createElement("p");
    tools.className = "rvr-map__tools";
    tools.append(RvrRegionMap.button(texts.textTake, takeView), RvrRegionMap.button(texts.textAll, region.showAll));
    root.querySelector(".rvr-map__canvas").after(tools);
    var later;
    region.map.on("moveend", function () {
      clearTimeout(later);
      later = setTimeout(function () { load(false); }, 150);
    });
    var shown = query().toString();
    load(shown !== "");
    document.body.addEventListener("htmx:afterSettle", function () {
      var now = query().toString();
      if (now !== shown) {
        shown = now;
        carry();
        region.map.closePopup();
        load(true);
      }
    });
  }

  RvrRegionMap.ready(init);
})();
