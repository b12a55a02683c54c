/*
The map of the stewards' form. The numbers beside it are what is saved: the map writes into them and follows them. Stored shapes
that are no box and no point are shown, and never changed.
*/
(function () {
  "use strict";

  var SIDES = ["west", "south", "east", "north"];
  // colours: map.css
  var BOX = { className: "rvr-location__box" };
  var SHAPE = { className: "rvr-location__shape" };

  function toNumber(text) {
    var plain = text.trim().replace(",", ".");
    return /^[+-]?\d{1,9}(\.\d+)?$/.test(plain) ? Number(plain) : NaN;
  }

  /* As it is shown and typed: with a comma in German. */
  function short(number) {
    var text = String(Number(number.toFixed(4)));
    return document.documentElement.lang === "de" ? text.replace(".", ",") : text;
  }

  /* The numbers of one group of fields; null where they are not all there. */
  function fieldsOf(group, names) {
    var inputs = names.map(function (name) { return group.querySelector("[data-rvr-number=" + name + "]"); });
    return inputs.every(Boolean) ? inputs : null;
  }

  function read(inputs) {
    var numbers = inputs ? inputs.map(function (input) { return toNumber(input.value); }) : [NaN];
    return numbers.some(isNaN) ? null : numbers;
  }

  function write(inputs, numbers) {
    inputs.forEach(function (input, at) {
      input.value = short(numbers[at]);
    });
    // the form keeps what is typed, and counts its points
    inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
  }

  function words(text, names, numbers) {
    return names.reduce(function (sentence, name, at) {
      return sentence.replace("{" + name + "}", short(numbers[at]));
    }, text);
  }

  function isOnEarth(box) {
    return Math.abs(box[0]) <= 180 && Math.abs(box[2]) <= 180 && Math.abs(box[1]) <= 85 && Math.abs(box[3]) <= 85;
  }

  function handle(at, className, name) {
    return L.marker(at, {
      draggable: true, keyboard: false, title: name, alt: name,
      icon: L.divIcon({ className: className, iconSize: [18, 18] })
    });
  }

  function open(root, group) {
    var texts = root.dataset;
    var region = RvrRegionMap.open(root);
    var map = region.map;
    var status = root.querySelector("[data-rvr-location-status]");
    var box = root.dataset.drawable ? fieldsOf(group, SIDES) : null;
    var point = fieldsOf(group, ["lon", "lat"]);
    var stored = L.geoJSON(null, { interactive: false, style: SHAPE, pointToLayer: function (_feature, at) { return L.circleMarker(at, SHAPE); } }).addTo(map);
    var drawn = L.layerGroup().addTo(map);
    map.setMaxBounds(null);
    map.setMinZoom(2);

    /* Shapes that no numbers stand for. */
    function drawStored() {
      stored.clearLayers();
      group.querySelectorAll("[data-rvr-geojson]").forEach(function (area) {
        var hasNumbers = area.closest(".rvr-location").querySelector("[data-rvr-number]");
        if (hasNumbers || !area.value.trim()) {
          return;
        }
        try {
          stored.addData(JSON.parse(area.value));
        } catch (_error) {
          // no GeoJSON: the server says so when it is saved
        }
      });
    }

    function drawBox(numbers) {
      var bounds = L.latLngBounds([numbers[1], numbers[0]], [numbers[3], numbers[2]]);
      var rectangle = L.rectangle(bounds, BOX).addTo(drawn);
      [bounds.getSouthWest(), bounds.getSouthEast(), bounds.getNorthEast(), bounds.getNorthWest()].forEach(function (at, corner) {
        var grip = handle(at, "rvr-location__corner", texts.textCorner).addTo(drawn);
        var other = [bounds.getNorthEast(), bounds.getNorthWest(), bounds.getSouthWest(), bounds.getSouthEast()][corner];
        grip.on("drag", function () { rectangle.setBounds(L.latLngBounds(grip.getLatLng(), other)); });
        grip.on("dragend", function () { put(L.latLngBounds(grip.getLatLng(), other)); });
      });
      var middle = handle(bounds.getCenter(), "rvr-location__middle", texts.textBox.split(":")[0]).addTo(drawn);
      middle.on("drag", function () { rectangle.setBounds(moved(bounds, middle)); });
      middle.on("dragend", function () { put(moved(bounds, middle)); });
    }

    function moved(bounds, middle) {
      var from = bounds.getCenter();
      var by = [middle.getLatLng().lat - from.lat, middle.getLatLng().lng - from.lng];
      return L.latLngBounds(
        [bounds.getSouth() + by[0], bounds.getWest() + by[1]], [bounds.getNorth() + by[0], bounds.getEast() + by[1]]
      );
    }

    function draw() {
      var sides = read(box);
      var spot = read(point);
      var told = [];
      drawn.clearLayers();
      if (sides && isOnEarth(sides)) {
        sides = [Math.min(sides[0], sides[2]), Math.min(sides[1], sides[3]), Math.max(sides[0], sides[2]), Math.max(sides[1], sides[3])];
        drawBox(sides);
        told.push(words(texts.textBox, SIDES, sides));
      }
      if (spot && isOnEarth([spot[0], spot[1], spot[0], spot[1]])) {
        var grip = handle([spot[1], spot[0]], "rvr-location__spot", texts.textSpot).addTo(drawn);
        grip.on("dragend", function () { write(point, [grip.getLatLng().lng, grip.getLatLng().lat]); });
        told.push(words(texts.textAt, ["lon", "lat"], spot));
      }
      status.textContent = told.join(". ") || (stored.getLayers().length ? "" : texts.textNone);
    }

    /* Go to what is there; stay where it is seen already. */
    function follow() {
      var all = stored.getBounds();
      drawn.eachLayer(function (layer) { all.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()); });
      if (all.isValid() && !(map.getBounds().contains(all) && all.getNorthEast().distanceTo(all.getSouthWest()) * 12 > map.getBounds().getNorthEast().distanceTo(map.getBounds().getSouthWest()))) {
        map.fitBounds(all.pad(0.2), { maxZoom: region.hasLayers ? 15 : 12, animate: false });
      }
    }

    function put(bounds) {
      write(box, [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]);
    }

    group.addEventListener("input", function (event) {
      if (event.target.matches("[data-rvr-number]")) {
        draw();
        follow();
      } else if (event.target.matches("[data-rvr-geojson]")) {
        drawStored();
        draw();
        follow();
      }
    });

    var tools = document.createElement("p");
    tools.className = "rvr-map__tools";
    if (box) {
      tools.append(drawing(map, host(root), texts, status, put), RvrRegionMap.button(texts.textTake, function () { put(map.getBounds().pad(-0.1)); }));
    }
    if (point) {
      tools.append(RvrRegionMap.button(texts.textPoint, function () { write(point, [map.getCenter().lng, map.getCenter().lat]); }));
    }
    tools.append(RvrRegionMap.button(texts.textAll, region.showAll));
    root.querySelector(".rvr-map__canvas").after(tools);
    drawStored();
    draw();
    follow();
    return map;
  }

  function host(root) {
    return root.querySelector(".rvr-map__leaflet");
  }

  /* The button that makes the next drag across the map a box, with mouse, pen or finger. */
  function drawing(map, element, texts, status, put) {
    var from = null;
    var shape = null;
    var active = false;
    var switcher = RvrRegionMap.button(texts.textDraw, function () { set(!active); });
    switcher.setAttribute("aria-pressed", "false");

    function set(on) {
      active = on;
      from = null;
      if (shape) {
        shape.remove();
        shape = null;
      }
      map.dragging[on ? "disable" : "enable"]();
      element.classList.toggle("rvr-location__drawing", on);
      switcher.setAttribute("aria-pressed", String(on));
      switcher.textContent = on ? texts.textStop : texts.textDraw;
      if (on) {
        status.textContent = texts.textDrawing;
      }
    }

    function at(event) {
      return map.mouseEventToLatLng(event);
    }

    element.addEventListener("pointerdown", function (event) {
      if (active && event.isPrimary && !event.target.closest(".leaflet-control, .leaflet-marker-icon")) {
        from = at(event);
        element.setPointerCapture(event.pointerId);
        event.preventDefault();
      }
    });
    element.addEventListener("pointermove", function (event) {
      if (active && from) {
        var bounds = L.latLngBounds(from, at(event));
        shape = shape ? shape.setBounds(bounds) : L.rectangle(bounds, BOX).addTo(map);
      }
    });
    element.addEventListener("pointerup", function (event) {
      if (active && from) {
        var bounds = L.latLngBounds(from, at(event));
        set(false);
        if (bounds.getWest() !== bounds.getEast() && bounds.getSouth() !== bounds.getNorth()) {
          put(bounds);
        }
      }
    });
    element.addEventListener("keydown", function (event) {
      if (active && event.key === "Escape") {
        set(false);
      }
    });
    return switcher;
  }

  /* Fill the numbers with the box of a place, without asking the server. */
  function takePlace(event) {
    var button = event.target.closest("[data-rvr-take-place]");
    if (!button) {
      return;
    }
    var group = button.closest(".rvr-location");
    var select = group.querySelector("[data-rvr-place-box]");
    var numbers = select.selectedOptions[0] && select.selectedOptions[0].dataset.rvrBox;
    event.preventDefault();
    if (numbers) {
      write(fieldsOf(group, SIDES), numbers.split(" ").map(Number));
    } else {
      select.focus();
    }
  }

  /* A map has no size while its step or section is folded: it is made when it is seen for the first time. */
  function start(root) {
    var map = null;
    root.hidden = false;
    new ResizeObserver(function () {
      if (map) {
        map.invalidateSize({ animate: false });
      } else if (root.offsetWidth > 0) {
        map = open(root, root.closest(".rvr-group"));
      }
    }).observe(root);
  }

  RvrRegionMap.ready(function () {
    document.querySelectorAll("[data-rvr-location]").forEach(start);
    document.addEventListener("click", takePlace);
  });
})();
