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

/** Checks that every port is free before anything starts; 0 takes any free one. Throws one sentence otherwise. */
export async function claimPorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const ports: Partial<Ports> = {};
  for (const [name, { variable, port, what }] of Object.entries(wanted) as [keyof Ports, (typeof wanted)[keyof Ports]][]) {
    const asked = env[variable] || String(port);
    if (!/^\d{1,5}$/.test(asked) || Number(asked) > 65_535) throw new Error(`${variable} is a port number, not "${asked}".`);
    ports[name] = await free(Number(asked)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        throw new Error(`Port ${asked}, wanted for ${what}, is taken. Stop what listens there or choose another with ${variable}.`);
      }
      if (error.code === 'EACCES') throw new Error(`Port ${asked} may not be used by this user. Choose one above 1023 with ${variable}.`);
      throw error;
    });
  }
  return ports as Ports;
}

async function free(port: number): Promise<number> {
  if (port === 0) return freePort();
  await listenOn(port);
  return port;
}
