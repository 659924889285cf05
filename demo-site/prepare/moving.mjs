const signs = ['|', '/', '-', '\\'];
const EVERY_MS = 200;

/** Shows a sign that moves and the seconds that have passed, on a terminal only. @returns what ends it and clears its line */
export function showMoving(out = process.stdout) {
  if (!out.isTTY) return () => {};
  const began = Date.now();
  let turn = 0;
  const draw = () => out.write(`\r\x1b[K${signs[turn++ % signs.length]} ${Math.floor((Date.now() - began) / 1000)} s`);
  draw();
  const timer = setInterval(draw, EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    out.write('\r\x1b[K');
  };
}
