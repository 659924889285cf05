// `npm run bench` compares the product with the floors. `--quick` takes under a minute, `--full` tries every size.
// `--only Q5,Q9` runs the groups that these rows belong to.
import { register } from 'tsx/esm/api';

register();
const { bench } = await import('./bench.ts');
process.exitCode = await bench(process.argv.slice(2));
