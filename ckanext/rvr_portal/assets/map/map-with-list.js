/* Turns the drawing of a map with list into a map to move about in. Items are read from the list beside it. */
(function () {
  "use strict";

  var NEAR = 34; // Marks nearer than this many pixels become one.
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  function readItems(root) {
    return Array.prototype.map.call(root.querySelectorAll(".rvr-map__list > [data-lon]"), function (element) {
      var data = element.dataset;
      return {
        key: data.key, title: data.title, href: data.href, where: data.where, element: element,
        at: L.latLng(Number(data.lat), Number(data.lon))
      };
    });
  }

  /* Groups for the present zoom: an item joins the first group it is near to, in the order of the list. */
  function gather(map, items) {
    var groups = [];
    items.forEach(function (item) {
      var point = map.latLngToLayerPoint(item.at);
      var group = groups.find(function (other) { return other.point.distanceTo(point) < NEAR; });
      if (group) {
        group.items.push(item);
      } else {
        groups.push({ point: point, at: item.at, items: [item] });
      }
    });
    return groups;
  }

  function nameOf(group, texts) {
    if (group.items.length === 1) {
      return group.items[0].title;
    }
    var where = group.items[0].where;
    var same = where && group.items.every(function (item) { return item.where === where; });
    return group.items.length + " " + texts.textMany + (same ? ", " + where : "");
  }

  function popupOf(group) {
    var list = document.createElement("ul");
    list.className = "rvr-map__popup";
    group.items.forEach(function (item) {
      var entry = document.createElement("li");
      var link = document.createElement("a");
      link.href = item.href;
      link.textContent = item.title;
      entry.appendChild(link);
      if (item.where) {
        var where = document.createElement("span");
        where.textContent = item.where;
        entry.appendChild(where);
      }
      list.appendChild(entry);
    });
    return list;
  }

  function markerOf(group, texts) {
    var many = group.items.length > 1;
    var size = many ? 36 : 28;
    return L.marker(group.at, {
      keyboard: true,
      title: nameOf(group, texts),
      alt: nameOf(group, texts),
      riseOnHover: true,
      icon: L.divIcon({
        className: "rvr-map__marker" + (many ? " rvr-map__marker--many" : ""),
        html: many ? String(group.items.length) : "",
        iconSize: [size, size]
      })
    }).bindPopup(popupOf(group), { autoPanPadding: [24, 24], maxHeight: 260, minWidth: 200 });
  }

  function start(root) {
    var texts = root.dataset;
    var canvas = root.querySelector(".rvr-map__canvas");
    var drawing = canvas.querySelector("svg");
    var bounds = L.latLngBounds([texts.south, texts.west].map(Number), [texts.north, texts.east].map(Number));
    var items = readItems(root);
    var layer = L.layerGroup();
    var markers = {};
    var host = document.createElement("div");
    host.className = "rvr-map__leaflet";
    host.setAttribute("role", "region");
    host.setAttribute("aria-label", texts.textLabel);
    canvas.replaceChild(host, drawing);

    var map = L.map(host, {
      attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.1, zoomDelta: 1,
      minZoom: 7, maxZoom: texts.tiles ? 18 : 13, maxBounds: bounds.pad(0.3), maxBoundsViscosity: 0.8,
      zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm
    });
    L.control.zoom({ zoomInTitle: texts.textIn, zoomOutTitle: texts.textOut, position: "bottomright" }).addTo(map);
    drawing.removeAttribute("role");
    drawing.removeAttribute("aria-label");
    drawing.setAttribute("aria-hidden", "true");
    drawing.querySelector(".rvr-map__marks").remove();
    if (texts.tiles) {
      L.tileLayer(texts.tiles, { maxZoom: 18 }).addTo(map);
      L.control.attribution({ prefix: false }).addAttribution(texts.attribution || "").addTo(map);
      root.classList.add("rvr-map--tiles");
    }
    L.svgOverlay(drawing, bounds).addTo(map);

    function draw() {
      var open = document.activeElement && host.contains(document.activeElement);
      layer.clearLayers();
      markers = {};
      gather(map, items).forEach(function (group) {
        var marker = markerOf(group, texts);
        layer.addLayer(marker);
        marker.getElement().setAttribute("aria-label", nameOf(group, texts));
        group.items.forEach(function (item) { markers[item.key] = marker; });
      });
      if (open && !host.contains(document.activeElement)) {
        host.focus();
      }
    }

    /* The names on the drawing keep their size on the screen at every zoom. */
    function fitNames() {
      var box = drawing.viewBox.baseVal;
      var factor = drawing.getBoundingClientRect().width / box.width || 1;
      drawing.style.setProperty("--rvr-map-k", String(1 / factor));
      drawing.classList.toggle("rvr-map__drawing--near", factor > 1.6);
      drawing.classList.toggle("rvr-map__drawing--far", factor < 0.45);
    }

    function showAll() {
      map.fitBounds(bounds, { padding: [4, 4], animate: false });
    }

    showAll();
    layer.addTo(map);
    map.on("zoomend", draw);
    map.on("zoomend resize", fitNames);
    draw();
    fitNames();
    map.on("popupopen", function (event) {
      var close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", texts.textClose);
      event.popup.getElement().querySelector("a[href]").focus({ preventScroll: true });
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
    addHelp(root, texts, showAll);
    linkList(items, texts, function (key) { return markers[key]; }, function (item) { reveal(map, item, function () { return markers[item.key]; }); });
  }

  function addHelp(root, texts, showAll) {
    var line = document.createElement("p");
    line.className = "rvr-map__note";
    line.textContent = texts.textHelp + " ";
    var all = document.createElement("button");
    all.type = "button";
    all.className = "rvr-linkbutton";
    all.textContent = texts.textAll;
    all.addEventListener("click", showAll);
    line.appendChild(all);
    root.querySelector(".rvr-map__canvas").after(line);
  }

  function reveal(map, item, marker) {
    map.setView(item.at, Math.max(map.getZoom(), 11), { animate: false });
    var target = marker();
    map.getContainer().scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    target.openPopup();
  }

  function linkList(items, texts, marker, show) {
    items.forEach(function (item) {
      function light(on) {
        var element = marker(item.key) && marker(item.key).getElement();
        if (element) {
          element.classList.toggle("rvr-map__marker--lit", on);
        }
      }
      item.element.addEventListener("mouseenter", function () { light(true); });
      item.element.addEventListener("mouseleave", function () { light(false); });
      item.element.addEventListener("focusin", function () { light(true); });
      item.element.addEventListener("focusout", function () { light(false); });
      var button = document.createElement("button");
      button.type = "button";
      button.className = "rvr-map__show rvr-linkbutton";
      button.textContent = texts.textShow;
      button.setAttribute("aria-label", texts.textShow + ": " + item.title);
      button.addEventListener("click", function () { show(item); });
      item.element.appendChild(button);
    });
  }

  function init() {
    if (window.L) {
      document.querySelectorAll("[data-rvr-map]").forEach(start);
    }
  }
  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", init);
  } else {
    init();
  }
})();
