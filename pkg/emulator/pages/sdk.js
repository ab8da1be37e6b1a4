// The emulated script of the vendor. It puts a page of the emulator into an element,
// and that page posts messages to its parent. "is" holds the names from the profile's
// [scan] table.
(function (is) {
  "use strict";
  var here = document.currentScript.src;

  window[is.class] = function (options) {
    options = options || {};
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
    if (options[is.width]) frame.width = options[is.width];
    if (options[is.height]) frame.height = options[is.height];
    frame.style.border = "0";
    element.replaceChildren(frame);
  };
})
