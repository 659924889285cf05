import { accessSync, constants } from 'node:fs';
import { run } from '../../demo-site/prepare/commands.mjs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const howTo = 'The tests need Chromium or Chrome: install it, or set CHROME_PATH to where it is.';

/** Arguments of every Chromium: for root, without a graphics card, and with no calls to its maker. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Features that load pages of the browser's own into every window, which use more of the processor than the page under test. */
export const featuresOff = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** Finds the browser, or installs it if no permission is needed (root with apt). Throws one sentence otherwise. */
export async function findChromium() {
  const asked = process.env.CHROME_PATH;
  if (asked && !isProgram(asked)) throw new Error(`CHROME_PATH names ${asked}, which is not a program.`);
  return asked || usual.find(isProgram) || installed();
}

async function installed() {
  if (process.getuid?.() !== 0 || !isProgram('/usr/bin/apt-get')) throw new Error(howTo);
  process.stdout.write('Installing Chromium for the tests.\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const program of [
    ['apt-get', 'update', '-qq'],
    ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'],
  ]) {
    if ((await run(program, { env, seconds: 300 })) !== 0) throw new Error(howTo);
  }
  const found = usual.find(isProgram);
  if (!found) throw new Error(howTo);
  return found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // missing, or not executable
  }
}
