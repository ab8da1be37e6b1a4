// Polls the state of the QR code and shows it. The page holds the texts.
(function () {
  "use strict";
  var page = document.getElementById("scan");
  var status = document.getElementById("status");
  var left = document.getElementById("left");
  var told = 0; // number of messages sent to the embedding page

  function say(what) {
    var text = status.getAttribute("data-" + what);
    if (text && status.textContent !== text) status.textContent = text;
  }

  function countdown(seconds) {
    left.hidden = seconds <= 0;
    var clock = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
    left.textContent = left.getAttribute("data-text").replace("%s", clock);
  }

  function show(scan) {
    page.setAttribute("data-state", scan.state);
    say(scan.state);
    countdown(scan.left);
    (scan.messages || []).slice(told).forEach(function (message) {
      told++;
      if (message) window.parent.postMessage(message, page.getAttribute("data-target"));
    });
    if (scan.go) window.location.replace(scan.go);
    return scan.state === "pending" || scan.state === "scanned";
  }

  function ask() {
    fetch(page.getAttribute("data-status"), { cache: "no-store" })
      .then(function (response) { return response.json(); })
      .then(function (scan) { if (show(scan)) window.setTimeout(ask, 500); },
        function () { say("lost"); window.setTimeout(ask, 2000); });
  }

  ask();
})();
