/** A sender is looked up once in a block: what happens to it within the block has to be seen all the same. */
import { expect, it } from 'vitest';
import { unwrap, type Result } from '../../src/base/result.ts';
import type { Operation } from '../../src/ledger/operations.ts';
import { checkTransaction } from '../../src/ledger/transaction/check.ts';
import { genesis, keyOf, memberOf, openGrant, transactionOf } from '../support/ledger.ts';
import { StateMachine } from '../support/state-machine.ts';

const { signingKey: _, org: _org, name: _name, kind: _kind, ...keys } = memberOf('hospital', 'hospital');

function outcomes(sent: readonly (readonly [string, Operation])[]): readonly string[] {
  const checked = sent.map(([sender, operation]) => unwrap(checkTransaction(transactionOf(sender, [operation]), genesis.chainId)));
  return new StateMachine().execute(checked).results.map((result: Result<unknown>) => (result.ok ? 'ok' : result.error.code));
}

it('sees within a block that a member came, changed its key, or was suspended', () => {
  expect(
    outcomes([
      ['newcomer', openGrant()],
      ['authority', { op: 'membership.admit', ...memberOf('newcomer', 'clinic') }],
      ['newcomer', openGrant()],
      ['hospital', openGrant()],
      ['hospital', { op: 'membership.rotate-keys', org: 'hospital', ...keys, signingKey: keyOf('hospital 2') }],
      ['hospital', openGrant()],
      ['hospital 2', openGrant()],
      ['clinic', openGrant()],
      ['authority', { op: 'membership.suspend', org: 'clinic' }],
      ['clinic', openGrant()],
    ]),
  ).toEqual(['ledger.not-a-member', 'ok', 'ok', 'ok', 'ok', 'ledger.not-a-member', 'ok', 'ok', 'ok', 'ledger.not-a-member']);
});
