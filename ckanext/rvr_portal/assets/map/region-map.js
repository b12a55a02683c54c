/* Turns the drawing of the region into a map to move about in: what all maps of the portal have in common. */
(function () {
  "use strict";

  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* The names on the drawing keep their size on the screen at every zoom. */
  function fitNames(drawing) {
    var box = drawing.viewBox.baseVal;
    var factor = drawing.getBoundingClientRect().width / box.width || 1;
    drawing.style.setProperty("--rvr-map-k", String(1 / factor));
    drawing.classList.toggle("rvr-map__drawing--near", factor > 1.6);
    drawing.classList.toggle("rvr-map__drawing--far", factor < 0.45);
  }

  function watchPopups(map, host, texts) {
    map.on("popupopen", function (event) {
      var element = event.popup.getElement();
      element.querySelector(".leaflet-popup-close-button").setAttribute("aria-label", texts.textClose);
      var first = element.querySelector(".leaflet-popup-content a[href]");
      if (first) {
        first.focus({ preventScroll: true });
      }
    });
    map.on("popupclose", function (event) {
      var mark = event.popup._source && event.popup._source.getElement();
      if (mark && (document.activeElement === document.body || host.contains(document.activeElement))) {
        mark.focus({ preventScroll: true });
      }
    });
    host.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        map.closePopup();
      }
    });
  }

  /* A level with two digits, for services that number theirs so. */
  function twoDigits(data) {
    return String(data.z).padStart(2, "0");
  }

  function makeLayer(layer) {
    var options = { maxZoom: layer.max_zoom, attribution: layer.attribution };
    if (layer.kind === "wms") {
      return L.tileLayer.wms(layer.url, Object.assign({ layers: layer.layers, format: "image/png", version: "1.1.1" }, options));
    }
    return L.tileLayer(layer.url, Object.assign({ zz: twoDigits }, options));
  }

  /* The first layer lies under the map; several are chosen from a list below it, which a keyboard reaches like any field. */
  function showLayers(root, map, layers, text) {
    var shown = makeLayer(layers[0]).addTo(map);
    if (layers.length < 2) {
      return;
    }
    var label = document.createElement("label");
    var select = document.createElement("select");
    label.className = "rvr-map__layers";
    label.textContent = text + " ";
    select.className = "form-select";
    layers.forEach(function (layer, at) { select.add(new Option(layer.title, String(at))); });
    select.addEventListener("change", function (event) {
      event.stopPropagation(); // it is no entry of a form
      shown.remove();
      shown = makeLayer(layers[Number(select.value)]).addTo(map);
      shown.bringToBack();
    });
    label.appendChild(select);
    root.querySelector(".rvr-map__canvas").after(label);
  }

  /*
  Opens the map in the place of the drawing inside `root`; its data-* attributes hold bounds, layers and words.
  Returns { map, host, bounds, showAll, hasLayers }.
  */
  function open(root) {
    var texts = root.dataset;
    var layers = JSON.parse(texts.layers || "[]");
    var canvas = root.querySelector(".rvr-map__canvas");
    var drawing = canvas.querySelector("svg");
    var bounds = L.latLngBounds([texts.south, texts.west].map(Number), [texts.north, texts.east].map(Number));
    var host = document.createElement("div");
    host.className = "rvr-map__leaflet";
    host.setAttribute("role", "region");
    host.setAttribute("aria-label", texts.textLabel);
    canvas.replaceChild(host, drawing);

    var map = L.map(host, {
      attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.1, zoomDelta: 1,
      minZoom: 7, maxZoom: layers.length ? 18 : 13, maxBounds: bounds.pad(0.3), maxBoundsViscosity: 0.8,
      zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm
    });
    L.control.zoom({ zoomInTitle: texts.textIn, zoomOutTitle: texts.textOut, position: "bottomright" }).addTo(map);
    drawing.removeAttribute("role");
    drawing.removeAttribute("aria-label");
    drawing.setAttribute("aria-hidden", "true");
    drawing.querySelector(".rvr-map__marks").remove();
    if (layers.length) {
      L.control.attribution({ prefix: false }).addTo(map);
      showLayers(root, map, layers, texts.textLayer);
      root.classList.add("rvr-map--tiles");
    }
    L.svgOverlay(drawing, bounds).addTo(map);

    function showAll() {
      map.fitBounds(bounds, { padding: [4, 4], animate: false });
    }

    showAll();
    map.on("zoomend resize", function () { fitNames(drawing); });
    fitNames(drawing);
    watchPopups(map, host, texts);
    return { map: map, host: host, bounds: bounds, showAll: showAll, hasLayers: layers.length > 0 };
  }

  /* A mark with a number, or a dot for a single thing. */
  function marker(at, count, name) {
    var many = count > 1;
    var size = many ? 36 + 6 * Math.max(0, String(count).length - 2) : 28;
    return L.marker(at, {
      keyboard: true,
      title: name,
      alt: name,
      riseOnHover: true,
      icon: L.divIcon({
        className: "rvr-map__marker" + (many ? " rvr-map__marker--many" : ""),
        html: many ? String(count) : "",
        iconSize: [size, size]
      })
    });
  }

  /* A button of the tools over or under a map. */
  function button(text, act) {
    var element = document.createElement("button");
    element.type = "button";
    element.className = "btn btn-secondary btn-sm";
    element.textContent = text;
    element.addEventListener("click", act);
    return element;
  }

  function ready(init) {
    if (!window.L) {
      return;
    }
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", init);
    } else {
      init();
    }
  }

  window.RvrRegionMap = { button: button, calm: calm, marker: marker, open: open, ready: ready };
})();
