// Reads QR codes with ZXing-C++. zxing/reader.js is evaluated before this.

// start compiles zxing/zxing_reader.wasm. Otherwise the first call to ZXing would download it.
const start = async (wasm) => {
  await ZXingWASM.prepareZXingModule({overrides: {wasmBinary: decoded(wasm).buffer}, fireImmediately: true});
};

// read returns the largest QR code in a PNG picture, or null if there is none.
const read = async (png) => {
  const pixels = await pixelsOf(decoded(png));
  const codes = await ZXingWASM.readBarcodes(pixels, {formats: ['QRCode'], textMode: 'Plain', tryDenoise: true});
  return codes
    .map((code) => ({text: code.text, ...bounds(code.position), contrast: contrast(pixels, code)}))
    .reduce((a, b) => (a && area(a) >= area(b) ? a : b), null);
};

// decoded has a loop, because Uint8Array.from takes 20 times as long.
const decoded = (base64) => {
  const text = atob(base64), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    bytes[i] = text.charCodeAt(i);
  }
  return bytes;
};

// pixelsOf draws a picture on white, which shows where it is transparent.
const pixelsOf = async (png) => {
  const picture = await createImageBitmap(new Blob([png]));
  const {width, height} = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', {willReadFrequently: true});
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
};

const bounds = (position) => {
  const corners = Object.values(position);
  const x = corners.map((corner) => corner.x), y = corners.map((corner) => corner.y);
  return {left: Math.min(...x), top: Math.min(...y), right: Math.max(...x), bottom: Math.max(...y)};
};

const area = ({left, top, right, bottom}) => (right - left) * (bottom - top);

// contrast returns the difference between the grey that a quarter of the modules are
// darker than and the grey that a quarter are lighter than. A code has about as many dark
// modules as light ones, and a logo covers less than a quarter.
const contrast = (pixels, {version, position: {topLeft, topRight, bottomLeft, bottomRight}}) => {
  const greys = [];
  const modules = 17 + 4 * Number(version);
  for (let row = 0.5; row < modules; row++) {
    const left = between(topLeft, bottomLeft, row / modules), right = between(topRight, bottomRight, row / modules);
    for (let column = 0.5; column < modules; column++) {
      const {x, y} = between(left, right, column / modules);
      const at = 4 * (Math.floor(y) * pixels.width + Math.floor(x));
      const [red, green, blue] = pixels.data.subarray(at, at + 3);
      greys.push((red + 2 * green + blue) / 4);
    }
  }
  greys.sort((a, b) => a - b);
  return Math.round(greys[Math.floor(greys.length * 3 / 4)] - greys[Math.floor(greys.length / 4)]);
};

const between = (from, to, part) => ({x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part});
