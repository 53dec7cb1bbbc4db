/** Bad input at the edge of every engine: refused with a code, without a trace, and the engine goes on. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { genesis, openGrant, temporaryFolder, transactionOf } from '../../support/ledger.ts';
import { badTransactions, edgeMembers, edgeTransactions } from './bad-transactions.ts';
import { consensusEdge, embeddedEdge, type Edge } from './edges.ts';

describe.for([
  ['embedded engine', embeddedEdge],
  ['CometBFT’s application', consensusEdge],
] as const)('%s', ([, open]) => {
  const folder = temporaryFolder();
  let edge: Edge;
  const honest = (): Uint8Array => transactionOf('hospital', [openGrant()], { expiryHeight: edge.head().height + 50 });
  const unchanged = async (work: () => Promise<void>): Promise<void> => {
    const [head, file] = [edge.head(), edge.file()];
    await work();
    expect(edge.head()).toEqual(head);
    expect(edge.file().equals(file)).toBe(true);
  };

  beforeAll(async () => {
    edge = await open(join(folder.path, 'ledger'), [...genesis.members, ...edgeMembers]);
  });
  afterAll(async () => {
    await edge.close();
    folder[Symbol.dispose]();
  });

  it('refuses every kind of bad transaction with its code, and nothing of it stays', async () => {
    const known = honest();
    expect(await edge.send(known)).toContain('accepted');
    const cases = badTransactions(known, edge.head().height);
    expect(cases.length).toBeGreaterThan(70);
    await unchanged(async () => {
      for (const { name, bytes, code } of cases) for (const answer of await edge.send(bytes)) expect(answer, name).toBe(code);
    });
    expect(await edge.send(honest())).toContain('accepted');
  });

  it('takes signatures by the one rule: the edge cases of Ed25519, signed over transactions of members', async () => {
    const cases = edgeTransactions(edge.head().height);
    await unchanged(async () => {
      for (const { name, bytes } of cases.filter(({ accepted }) => !accepted))
        for (const answer of await edge.send(bytes)) expect(answer, name).toBe('ledger.bad-signature');
    });
    const valid = cases.filter(({ accepted }) => accepted);
    expect(valid.length).toBeGreaterThan(20);
    const { logSize } = edge.head();
    for (const { name, bytes } of valid) expect(await edge.send(bytes), name).toContain('accepted');
    expect(edge.head().logSize).toBe(logSize + valid.length);
  });
});
