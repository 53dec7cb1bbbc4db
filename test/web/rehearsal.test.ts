/** What the verification worker checks ahead: a rehearsal that stops halfway would prepare half of what is needed. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromBase64 } from '../../src/base/base64.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { verifyEvidence } from '../../src/ledger/verify/evidence.ts';
import { verifyTrustBundle } from '../../src/ledger/verify/trust-bundle.ts';
import { makeRehearsal, rehearsalFile } from './make-rehearsal.ts';

it('the rehearsal of the verification worker holds, and is of the formats of today', () => {
  const rehearsal = JSON.parse(readFileSync(rehearsalFile, 'utf8')) as ReturnType<typeof makeRehearsal>;
  const [bundle, receipt, content] = [rehearsal.bundle, rehearsal.receipt, rehearsal.content].map((text) => fromBase64(text)!);
  const { report, trust } = verifyTrustBundle(bundle!, fromHex(rehearsal.genesisHash));
  expect(report.verdict).toBe('held');
  expect(verifyEvidence(receipt!, { content: content!, trust: trust! }).report).toMatchObject({ verdict: 'held', facts: { validatorSignatures: 1 } });
  expect(rehearsal).toEqual(makeRehearsal());
});
