// The emulated script of the vendor. It puts a page of the emulator into an element,
// and that page posts messages to its parent. "is" holds the names from the profile's
// [scan] table.
(function (is) {
  "use strict";
  var here = document.currentScript.src;

  window[is.class] = function () {
    var given = Array.prototype.slice.call(arguments);
    // A script may take its options in several objects, and then functions to call.
    var options = Object.assign.apply(null, [{}].concat(given.filter(function (g) { return g && typeof g === "object"; })));
    var done = given.find(function (g) { return typeof g === "function"; });
    var element = document.getElementById(options[is.element]);
    if (!element) {
      throw new Error(is.class + ": " + is.element + ": the page has no element with the id " + options[is.element]);
    }
    var page = new URL(is.page, here);
    Object.keys(options).forEach(function (name) {
      if (name !== is.element && name !== is.width && name !== is.height) {
        page.searchParams.set(name, String(options[name]));
      }
    });
    // The target origin of the messages; "null" if this page has no origin.
    page.searchParams.set(is.origin, window.location.origin);

    var frame = document.createElement("iframe");
    frame.src = page.href;
    frame.title = document.documentElement.lang.indexOf("zh") === 0 ? "扫码登录" : "Scan to log in";
    // Scripts without such options make a frame of this size.
    frame.width = is.width ? options[is.width] || "" : 300;
    frame.height = is.height ? options[is.height] || "" : 400;
    frame.style.border = "0";
    element.replaceChildren(frame);

    function mine(origin) { return origin === page.origin; }
    function fits(data) {
      return data !== null && typeof data === "object" && Object.keys(is.message || {}).every(function (name) { return String(data[name]) === String(is.message[name]); });
    }
    window.addEventListener("message", function (m) {
      if (m.source !== frame.contentWindow || !mine(m.origin)) return;
      if (typeof m.data === "string") { // a vendor without events: the address to go to
        window.location.href = m.data;
      } else if (done && fits(m.data) && is.leads && /^https?:/.test(m.data[is.leads])) {
        var result = Object.fromEntries(new URL(m.data[is.leads]).searchParams);
        result[is.leads] = m.data[is.leads];
        done(result);
      }
    });
    // What some vendors' scripts return: checks for the page's own listener.
    return { matchOrigin: mine, matchData: fits };
  };
})
