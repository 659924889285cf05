// Imported into tools that the starter runs: they end with it, even if it is killed.
process.once('disconnect', () => process.exit(1));
process.channel?.unref();
