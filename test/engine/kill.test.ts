import { it } from 'vitest';
import { killAndCheck } from './kill.ts';

/** `npm run test:crash` does it 200 times. */
const KILLS = Number(process.env.CARELEDGER_KILLS ?? 20);

it(`a ledger killed ${KILLS} times under load loses nothing that was acknowledged`, { timeout: 60_000 + KILLS * 5_000 }, () => killAndCheck(KILLS));

/** Each runs longer: it takes some seconds until old blocks are gone. */
const PRUNING_KILLS = Math.ceil(KILLS / 4);

it(`nor does one that prunes itself all the time, killed ${PRUNING_KILLS} times`, { timeout: 60_000 + PRUNING_KILLS * 15_000 }, () =>
  killAndCheck(PRUNING_KILLS, true),
);
