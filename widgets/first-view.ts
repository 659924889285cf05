import './elements/sign-up/sign-up.ts';
import './elements/buy-credits/buy-credits.ts';
import './elements/balance-meter/balance-meter.ts';
