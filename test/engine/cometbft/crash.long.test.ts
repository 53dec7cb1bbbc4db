import { it } from 'vitest';
import { killApplications } from './crash.ts';

it('the same, 500 times', () => killApplications(Number(process.env.CARELEDGER_KILLS ?? 500)));
