import { it } from 'vitest';
import { killAndCheck } from './kill.ts';

it('a ledger killed 200 times under load loses nothing that was acknowledged', () => killAndCheck(200));
