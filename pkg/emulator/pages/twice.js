// Brings the response to the application twice, as a browser that reloads the page does:
// first in the background, then by going there.
(function () {
  "use strict";
  var address = document.getElementById("back").href;
  function go() { window.location.replace(address); }
  fetch(address, { mode: "no-cors", credentials: "include", cache: "no-store" }).then(go, go);
})();
