/**
 * Makes `src/web/proof/rehearsal.json`, what the verification worker checks before anybody asks it something: an entry receipt of a ledger of fixed keys that
 * exists nowhere else. Run it when a format of receipts changes: `node test/web/make-rehearsal.ts`.
 */
import { writeFileSync } from 'node:fs';
import { toBase64 } from '../../src/base/base64.ts';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { attestCommit } from '../../src/ledger/attestation/cometbft-attestation.ts';
import { encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { appHash } from '../../src/ledger/block/header.ts';
import { encodeGenesis, genesisHash } from '../../src/ledger/genesis/genesis.ts';
import { directPolicy } from '../../src/ledger/policy/policy.ts';
import { consensusBlock, consensusStart, signers } from '../support/consensus.ts';
import { makeEntryReceipt, seeded } from '../support/receipts.ts';

const chainId = 'rehearsal';
const NONE = new Uint8Array(0);
export const rehearsalFile = new URL('../../src/web/proof/rehearsal.json', import.meta.url);

export function makeRehearsal(): Readonly<Record<'chainId' | 'genesisHash' | 'bundle' | 'receipt' | 'content', string>> {
  const set = signers({ rehearsal: 1 });
  const validators = set.map(({ key, power }) => ({ org: chainId, key, power }));
  const ledger = { chainId, time: consensusStart, engine: 'cometbft', authority: NONE, proposer: NONE, members: [], validators } as const;
  const genesis = encodeGenesis({ ...ledger, policy: directPolicy, previous: null });
  const { receipt, content } = makeEntryReceipt(
    { entries: 5, entry: 2, transactions: 11, transaction: 6 },
    {
      headerChainId: chainId,
      anchorChainId: chainId,
      coseSeed: seeded('issuer of the rehearsal'),
      attest: (hash, { height, time }) =>
        unwrap(attestCommit(consensusBlock({ chainId, height: height + 1, signers: set, appHash: appHash(hash), time }))),
    },
  );
  return {
    chainId,
    genesisHash: toHex(genesisHash(genesis)),
    bundle: toBase64(encodeTrustBundle({ genesis, changes: [], previous: null })),
    receipt: toBase64(receipt),
    content: toBase64(content),
  };
}

if (import.meta.main) writeFileSync(rehearsalFile, `${JSON.stringify(makeRehearsal(), null, 2)}\n`);
