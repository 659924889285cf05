import type { Router } from 'express';
import type { TwilioControl } from '../twilio/control.ts';
import { bundleStatuses, phoneKinds } from '../twilio/objects.ts';
import { choice, flag, text, texts, wholeOrNone } from './input.ts';
import { send } from './send.ts';

const numbersMost = 50;

/** Twilio's accounts, numbers and papers under `/sandbox/twilio`. */
export function twilioRoutes(router: Router, twilio: TwilioControl): void {
  router.get('/twilio/accounts', (_req, res) => send(res, twilio.accounts()));
  router.post('/twilio/accounts', (req, res) => {
    const numbers = req.body?.numbers === 0 ? 0 : wholeOrNone(req, 'numbers', numbersMost);
    const given = { ...(numbers !== undefined && { numbers }), trial: flag(req, 'trial') };
    send(res.status(201), twilio.createAccount(text(req, 'name'), given));
  });
  router.post('/twilio/accounts/:sid/status', (req, res) =>
    send(res, twilio.setStatus(req.params.sid, choice(req, 'status', ['active', 'suspended', 'closed']))),
  );
  router.post('/twilio/accounts/:sid/restrict', (req, res) => send(res, twilio.restrict(req.params.sid, flag(req, 'restricted'))));
  router.post('/twilio/accounts/:sid/countries', (req, res) => send(res, twilio.closeCountries(req.params.sid, texts(req, 'closed'))));
  router.post('/twilio/accounts/:sid/verified', (req, res) => send(res, twilio.verify(req.params.sid, text(req, 'number'))));
  router.post('/twilio/phones', (req, res) => send(res, twilio.setPhone(text(req, 'number'), choice(req, 'kind', phoneKinds))));
  router.post('/twilio/accounts/:sid/numbers', (req, res) => send(res.status(201), twilio.addNumber(req.params.sid, text(req, 'number'))));
  router.post('/twilio/accounts/:sid/addresses', (req, res) =>
    send(res.status(201), twilio.addAddress(req.params.sid, text(req, 'country'))),
  );
  router.post('/twilio/accounts/:sid/bundles', (req, res) => {
    const type = choice(req, 'type', ['local', 'mobile', 'national', 'toll-free']);
    const status = choice(req, 'status', bundleStatuses);
    send(res.status(201), twilio.addBundle(req.params.sid, { country: text(req, 'country'), type, status }));
  });
  router.post('/twilio/bundles/:sid', (req, res) => send(res, twilio.setBundle(req.params.sid, choice(req, 'status', bundleStatuses))));
  router.get('/twilio/numbers', (req, res) =>
    send(res, twilio.numbers(typeof req.query.account === 'string' ? req.query.account : undefined)),
  );
  router.post('/twilio/take', (req, res) => send(res, twilio.take(text(req, 'number'))));
}
