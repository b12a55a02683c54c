/* Turns the drawing of a map with list into a map to move about in. Items are read from the list beside it. */
(function () {
  "use strict";

  var NEAR = 34; // Marks nearer than this many pixels become one.

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
    return RvrRegionMap.marker(group.at, group.items.length, nameOf(group, texts))
      .bindPopup(popupOf(group), { autoPanPadding: [24, 24], maxHeight: 260, minWidth: 200 });
  }

  function start(root) {
    var texts = root.dataset;
    var items = readItems(root);
    var region = RvrRegionMap.open(root);
    var map = region.map;
    var host = region.host;
    var layer = L.layerGroup().addTo(map);
    var markers = {};

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

    map.on("zoomend", draw);
    draw();
    addHelp(root, texts, region.showAll);
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
    map.getContainer().scrollIntoView({ block: "nearest", behavior: RvrRegionMap.calm ? "auto" : "smooth" });
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

  RvrRegionMap.ready(function () {
    document.querySelectorAll("[data-rvr-map]").forEach(start);
  });
})();
