import { codedError } from '../../base/errors.ts';
import { ledgerErrors } from '../errors.ts';
import type { Rule } from '../module/rule.ts';
import { mayGovern } from '../policy/may-govern.ts';
import { needsDecision } from '../policy/refused.ts';
import type { Upgrade } from './operations.ts';
import { protocolVersionAt, writeProtocol } from './protocol-version.ts';

/** Replaces an upgrade that is not in force yet; with the present version it calls one off. Versions don't go back. */
export const upgradeRule: Rule<Upgrade> = ({ op: _op, ...upgrade }, { sender, state, height }) => {
  if (!mayGovern(sender, state)) return needsDecision();
  const before = protocolVersionAt(state, height);
  if (upgrade.version < before || upgrade.height < height)
    return codedError(ledgerErrors, 'ledger.bad-upgrade', { data: { version: before, height } });
  writeProtocol(state, { ...upgrade, before });
  return undefined;
};
