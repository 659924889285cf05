import { pino } from 'pino';
import { Ending } from '../../api/ending.ts';

/** A process with open work that has a fault or is asked to end. Prints each step of its end. */
const [how = ''] = process.argv.slice(2);
const say = (line: string) => void process.stdout.write(`${line}\n`);
const ending = new Ending(pino({ base: null }));
ending.before(() => say('closed the database'));
ending.before(() => Promise.reject(new Error('a part is stuck')));
ending.before(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  say('finished its work');
});
ending.draining.addEventListener('abort', () => say('took nothing more'));
ending.whenAsked();
setInterval(() => {}, 1000);
if (how === 'rejection') void Promise.reject(new Error('nobody waits for me'));
if (how === 'exception')
  setTimeout(() => {
    throw new Error('nobody catches me');
  }, 1);
say('ready');
