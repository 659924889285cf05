// Loaded before the program that is measured: says what the process has cost, and ends it with its parent.
// The thread that loads modules runs this as well, and has nobody to talk to.
if (process.channel) {
  process.on('message', ({ id, what }) => {
    if (what === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send({ id, result: user + system });
    } else if (what === 'memory') {
      globalThis.gc();
      const { rss, heapUsed } = process.memoryUsage();
      process.send({ id, result: { rss, heapUsed } });
    }
  });
  process.on('disconnect', () => process.exit());
  process.channel.unref();
}
