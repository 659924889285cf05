import { freePort, listenOn } from './free-port.ts';

/** Default ports, the variables that change them, and their owners. */
const wanted = {
  api: { variable: 'PORT', port: 4000, what: 'the API' },
  demo: { variable: 'DEMO_PORT', port: 4100, what: "the demo agency's site" },
  sandbox: { variable: 'SANDBOX_PORT', port: 4200, what: 'the sandbox' },
  smtp: { variable: 'SANDBOX_SMTP_PORT', port: 4225, what: "the sandbox's mail server" },
  sip: { variable: 'SANDBOX_SIP_PORT', port: 4260, what: "the sandbox's SIP trunk" },
} as const;

type Ports = Record<keyof typeof wanted, number>;

/**
 * Checks that every port is free before anything starts; 0 takes any free one.
 * @throws Error one sentence on what is wrong, with the way on; it names all ports that are taken
 */
export async function claimPorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const ports: Partial<Ports> = {};
  const taken: Taken[] = [];
  for (const [name, { variable, port, what }] of Object.entries(wanted) as [keyof Ports, (typeof wanted)[keyof Ports]][]) {
    const asked = env[variable] || String(port);
    if (!/^\d{1,5}$/.test(asked) || Number(asked) > 65_535) throw new Error(`${variable} is a port number, not "${asked}".`);
    ports[name] = await free(Number(asked)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') throw new Error(`Port ${asked} may not be used by this user. Choose one above 1023 with ${variable}.`);
      if (error.code !== 'EADDRINUSE') throw error;
      taken.push({ variable, port: asked, what });
      return 0;
    });
  }
  if (taken[0]) throw new Error(sentence([taken[0], ...taken.slice(1)], process.platform));
  return ports as Ports;
}

type Taken = { variable: string; port: string; what: string };

/** Says which ports are taken, who may hold them, and how others are chosen. */
function sentence(taken: [Taken, ...Taken[]], platform: NodeJS.Platform): string {
  const list = taken.map(({ port, what }) => `${port} (${what})`).join(', ');
  const look = platform === 'win32' ? `netstat -ano | findstr :${taken[0].port}` : `lsof -i :${taken[0].port}`;
  const others = taken.map(({ variable }) => `${variable}=0`);
  const again = platform === 'win32' ? `${others.map((one) => `set ${one}&& `).join('')}npm start` : `${others.join(' ')} npm start`;
  return (
    `Taken: port ${list}, perhaps by another "npm start" in another folder, or by an API that was left running; "${look}" says by whom. ` +
    `Stop it there, or take others: "${again}", where 0 is any free port.`
  );
}

async function free(port: number): Promise<number> {
  if (port === 0) return freePort();
  await listenOn(port);
  return port;
}
