import { it } from 'vitest';
import { killAndCheck } from './kill.ts';

/** `npm run test:crash` does it 200 times. */
const KILLS = Number(process.env.CARELEDGER_KILLS ?? 20);

it(`a ledger killed ${KILLS} times under load loses nothing that was acknowledged`, { timeout: 60_000 + KILLS * 5_000 }, () => killAndCheck(KILLS));
