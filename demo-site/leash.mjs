// Imported into tools that the starter runs: they end with it, also where it is killed and cannot end them.
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
