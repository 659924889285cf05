import type { ErrorCode } from '../index.ts';
import type { Advice } from './advice.ts';
import { moneyAdvice } from './money.ts';
import { providerAdvice } from './providers.ts';
import { requestAdvice } from './requests.ts';

/** Advice on every error, for the reference. People read the error's own message. */
export const advice: Readonly<Record<ErrorCode, Advice>> = { ...requestAdvice, ...moneyAdvice, ...providerAdvice };
