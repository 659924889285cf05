// Loaded before the program that is measured: says what the process has cost, and ends it with its parent.
// The thread that loads modules runs this as well, and has nobody to talk to.
if (process.channel) {
  let peak = 0;
  let watch;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  process.on('message', ({ id, what }) => {
    if (what === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send({ id, result: user + system });
    } else if (what === 'memory') {
      globalThis.gc();
      const { rss, heapUsed } = process.memoryUsage();
      process.send({ id, result: { rss, heapUsed } });
    } else if (what === 'watch') {
      globalThis.gc();
      peak = process.memoryUsage.rss();
      watch = setInterval(look, 2).unref();
      process.send({ id, result: peak });
    } else if (what === 'peak') {
      look();
      clearInterval(watch);
      process.send({ id, result: peak });
    }
  });
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}
