/** Runs the production ledger core beside the page. It has no access to the network or to the page: bytes in, report out. */
import { fromBase64 } from '../../base/base64.ts';
import { equalBytes, fromHex, toHex } from '../../base/bytes.ts';
import { platformChecker, withPreparedSignatures } from '../../base/prepared-signatures.ts';
import type { Trust } from '../../ledger/attestation/trust.ts';
import { verifyEvidence } from '../../ledger/verify/evidence.ts';
import { verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';
import type { Answered, Asked, Checked, Question, TrustAnchor } from './messages.ts';
import rehearsal from './rehearsal.json';

function checker(): (question: Question) => Promise<Checked> {
  const platform = platformChecker((globalThis.crypto as Crypto | undefined)?.subtle);
  let known: { readonly anchor: TrustAnchor; readonly trust: Trust } | undefined;

  /** A bundle that does not follow from the genesis is no trust: then nothing can be held. */
  async function trustOf(anchor: TrustAnchor): Promise<Trust> {
    if (known && known.anchor.genesisHash === anchor.genesisHash && equalBytes(known.anchor.bundle, anchor.bundle)) return known.trust;
    const { report, trust } = await withPreparedSignatures(await platform, () => verifyTrustBundle(anchor.bundle, fromHex(anchor.genesisHash)));
    if (!trust) throw new Error(report.steps.find(({ state }) => state === 'failed')?.detail ?? 'the trust bundle does not hold');
    known = { anchor, trust };
    return trust;
  }

  return async ({ receipt, content, trust: anchor }) => {
    const started = performance.now();
    const trust = anchor && (await trustOf(anchor));
    const question = { ...(content === undefined ? {} : { content }), ...(trust === undefined ? {} : { trust }) };
    const { kind, report } = await withPreparedSignatures(await platform, () => verifyEvidence(receipt, question));
    const { verdict, steps, facts } = report;
    const plain = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value]));
    return { kind, verdict, steps, facts: plain as Checked['facts'], tookMs: performance.now() - started };
  };
}

const check = checker();
let asked = false;

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  asked = true;
  check(data.question).then(
    (checked) => postMessage({ id: data.id, checked } satisfies Answered),
    (cause: unknown) => postMessage({ id: data.id, error: (cause as Error).message } satisfies Answered),
  );
});

/**
 * A receipt that holds, of a ledger that exists nowhere else (`test/web/make-rehearsal.ts` wrote it), checked while nobody waits: a check finds what it
 * needs compiled, which takes longer than the check. Whoever started the worker by asking is answered first.
 */
const REHEARSE_AFTER_MS = 50;
setTimeout(() => {
  if (asked) return;
  const { chainId, genesisHash, bundle, receipt, content } = rehearsal;
  const anchor = { chainId, genesisHash, bundle: fromBase64(bundle)! };
  void check({ receipt: fromBase64(receipt)!, content: fromBase64(content)!, trust: anchor }).catch(() => undefined);
}, REHEARSE_AFTER_MS);
