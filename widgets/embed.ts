import './script-tag.ts';
import './sign-up/sign-up.ts';
import './buy-credits/buy-credits.ts';
import './balance-meter/balance-meter.ts';
