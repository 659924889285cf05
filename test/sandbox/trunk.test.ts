import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { parseMessage, split } from '../../demo-site/sandbox/trunk/message.ts';
import { openSandbox } from './open.ts';
import { authorization, openPhone, request } from './sip.ts';

const firstLine = (text: string) => text.split('\r\n')[0];

for (const transport of ['UDP', 'TCP'] as const) {
  test(`sandbox trunk N11: by ${transport} it accepts the right password only`, async (t) => {
    const { sandbox } = await openSandbox(t);
    const phone = await openPhone(t, transport, sandbox.sip);
    phone.send(request('OPTIONS', phone, { callId: 'one' }));
    const challenge = await phone.next();
    assert.equal(firstLine(challenge), 'SIP/2.0 401 Unauthorized');
    assert.match(challenge, /Via: SIP\/2\.0\/\w+ 127\.0\.0\.1:9;rport=\d+;branch=z9hG4bKone;received=127\.0\.0\.1/i);
    const ask = async (password: string) => {
      const more = [`Authorization: ${authorization(challenge, { method: 'OPTIONS', username: 'trunk', password })}`];
      phone.send(request('OPTIONS', phone, { callId: `with-${password}`, more }));
      return firstLine(await phone.next());
    };
    assert.equal(await ask('ring-ring'), 'SIP/2.0 200 OK');
    assert.equal(await ask('wrong'), 'SIP/2.0 403 Forbidden');
    const calls = sandbox.trunk.calls().map(({ status, transport: by }) => [status, by]);
    assert.deepEqual(
      calls.reverse(),
      [401, 200, 403].map((status) => [status, transport.toLowerCase()]),
    );
  });

  test(`sandbox trunk N11: by ${transport} a test call rings, is answered, and ends when the caller hangs up`, async (t) => {
    const { sandbox } = await openSandbox(t);
    sandbox.trunk.set({ behaviour: 'open' });
    const phone = await openPhone(t, transport, sandbox.sip);
    phone.send(request('INVITE', phone, { callId: 'call' }));
    const lines = [await phone.next(), await phone.next(), await phone.next()];
    assert.deepEqual(lines.map(firstLine), ['SIP/2.0 100 Trying', 'SIP/2.0 180 Ringing', 'SIP/2.0 200 OK']);
    assert.match(lines[2]!, /To: <sip:\+14155550123@trunk\.test>;tag=\w+/i);
    assert.match(lines[2]!, /m=audio 9 RTP\/AVP 0/);
    phone.send(request('ACK', phone, { callId: 'call' }));
    phone.send(request('BYE', phone, { callId: 'call' }));
    assert.equal(firstLine(await phone.next()), 'SIP/2.0 200 OK');
    assert.deepEqual(sandbox.trunk.calls()[0], {
      method: 'INVITE',
      to: 'sip:+14155550123@trunk.test',
      transport: transport.toLowerCase(),
      status: 200,
    });
  });
}

test('sandbox trunk N11: a call can be canceled while it rings', async (t) => {
  const { sandbox } = await openSandbox(t);
  sandbox.trunk.set({ behaviour: 'open' });
  const phone = await openPhone(t, 'UDP', sandbox.sip);
  phone.send(request('INVITE', phone, { callId: 'call' }));
  await phone.next();
  assert.equal(firstLine(await phone.next()), 'SIP/2.0 180 Ringing');
  phone.send(request('CANCEL', phone, { callId: 'call' }));
  assert.equal(firstLine(await phone.next()), 'SIP/2.0 200 OK');
  assert.equal(firstLine(await phone.next()), 'SIP/2.0 487 Request Terminated');
  phone.send(request('BYE', phone, { callId: 'another' }));
  assert.equal(firstLine(await phone.next()), 'SIP/2.0 481 Call/Transaction Does Not Exist');
});

test('sandbox trunk N11: it can act as a proxy, refuse, be out of order, or stay silent', async (t) => {
  const { sandbox } = await openSandbox(t);
  const phone = await openPhone(t, 'UDP', sandbox.sip);
  const ask = async (callId: string) => {
    phone.send(request('OPTIONS', phone, { callId }));
    return phone.next();
  };
  sandbox.trunk.set({ behaviour: 'proxy-password' });
  const challenge = await ask('a');
  assert.equal(firstLine(challenge), 'SIP/2.0 407 Proxy Authentication Required');
  const answer = authorization(challenge, { method: 'OPTIONS', username: 'trunk', password: 'ring-ring' });
  phone.send(request('OPTIONS', phone, { callId: 'b', more: [`Proxy-Authorization: ${answer}`] }));
  assert.equal(firstLine(await phone.next()), 'SIP/2.0 200 OK');
  sandbox.trunk.set({ behaviour: 'forbidden' });
  assert.equal(firstLine(await ask('c')), 'SIP/2.0 403 Forbidden');
  sandbox.trunk.set({ behaviour: 'unavailable' });
  assert.equal(firstLine(await ask('d')), 'SIP/2.0 503 Service Unavailable');
  sandbox.trunk.set({ behaviour: 'silent' });
  phone.send(request('OPTIONS', phone, { callId: 'e' }));
  phone.send('what is this');
  const heard = await Promise.race([phone.next(), wait(200, 'nothing')]);
  assert.equal(heard, 'nothing');
  assert.deepEqual(sandbox.trunk.calls().length, 5);
});

test('sandbox trunk N11: messages are parsed as the RFC defines them', () => {
  const message = parseMessage('OPTIONS sip:a SIP/2.0\r\nv: SIP/2.0/UDP b\r\nSubject: one\r\n  two\r\nl: 3\r\n\r\nabc');
  assert.deepEqual(message?.headers, [
    ['via', 'SIP/2.0/UDP b'],
    ['subject', 'one two'],
    ['content-length', '3'],
  ]);
  assert.equal(message.body, 'abc');
  for (const text of ['', 'GET / HTTP/1.1\r\n\r\n', '\0\0']) assert.equal(parseMessage(text), undefined);
  const one = 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabc';
  assert.deepEqual(split(`\r\n${one}${one}OPTIONS`), { messages: [one, one], rest: 'OPTIONS' });
  assert.deepEqual(split(one.slice(0, -1)), { messages: [], rest: one.slice(0, -1) });
});
