/** Receipts, proofs of the state, attestations, trust bundles: what strangers hand in to be verified. The seeds are the frozen vectors. */
import { readFileSync } from 'node:fs';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { decodeCbor, encodeCbor } from '../../../src/base/cbor.ts';
import { codedError } from '../../../src/base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../../src/base/result.ts';
import { decodeAttestation, encodeAttestation } from '../../../src/ledger/attestation/attestation.ts';
import { decodePreviousLedger, decodeTrustBundle, encodePreviousLedger, type TrustBundle } from '../../../src/ledger/attestation/trust-bundle.ts';
import { decodeValidatorChange, type ValidatorChange } from '../../../src/ledger/attestation/validator-change.ts';
import { ledgerErrors } from '../../../src/ledger/errors.ts';
import { decodeCoseReceipt, encodeCoseReceipt } from '../../../src/ledger/receipts/cose-receipt.ts';
import { decodeEntryReceipt, encodeEntryReceipt } from '../../../src/ledger/receipts/entry-receipt.ts';
import { decodeLedgerReceipt, encodeLedgerReceipt } from '../../../src/ledger/receipts/ledger-receipt.ts';
import { decodeStateReceipt, encodeStateReceipt } from '../../../src/ledger/receipts/state-receipt.ts';
import { decodeTransactionReceipt, encodeTransactionReceipt } from '../../../src/ledger/receipts/transaction-receipt.ts';
import { decodeTreeProof, encodeTreeProof } from '../../../src/ledger/state/proof.ts';
import { decodeStateProof, encodeStateProof } from '../../../src/ledger/state/state-proof.ts';
import { evidenceKind, verifyEvidence } from '../../../src/ledger/verify/evidence.ts';
import { judge as judgeAttested, type Kind, type TrustJson, type Vector as Attested } from '../../vectors/attestation/generate.ts';
import { judge as judgeEntry, type Vector as Entry } from '../../vectors/receipts/generate.ts';
import { Broken, type Target, type Verdict } from '../fuzz.ts';
import { cborTarget, roundTrip } from './promises.ts';

const read = <T>(name: string): readonly T[] => JSON.parse(readFileSync(new URL(`../../vectors/${name}.json`, import.meta.url), 'utf8')) as T[];
const attested = (kind: Kind): readonly Attested[] => read<Attested>(`attestation/${kind}`).filter(({ expected }) => expected.verdict === 'held');
const entries = read<Entry>('receipts/entry-receipts').filter(({ expected }) => expected.verdict === 'held');
const bytesOf = (vectors: readonly Attested[]): Uint8Array[] => vectors.map(({ bytes }) => fromHex(bytes));

const ledgerReceipts = bytesOf(attested('ledger-receipts'));
const stateReceipts = bytesOf(attested('state-receipts'));
const transactionReceipts = bytesOf(attested('transaction-receipts'));
const bundles = bytesOf(attested('trust-bundles'));
const entryReceipts = entries.map(({ receipt }) => fromHex(receipt));
const listAt = (bytes: Uint8Array, at: number): Uint8Array => (unwrap(decodeCbor(bytes)) as Uint8Array[])[at]!;
const stateProofs = stateReceipts.map((bytes) => (unwrap(decodeCbor(bytes)) as { proof: Uint8Array }).proof);
const changes = bundles.flatMap((bytes) => (unwrap(decodeCbor(bytes)) as { changes: Uint8Array[] }).changes);
const previous = bundles.flatMap((bytes) => {
  const before = unwrap(decodeTrustBundle(bytes)).previous;
  return before ? [encodePreviousLedger(before)] : [];
});

const orRefusal = <T>(value: T | undefined): Result<T> => (value === undefined ? fail(codedError(ledgerErrors, 'ledger.malformed')) : ok(value));

/** As they were read: the product's own encoder puts the validators into their order first, which the decoder leaves to the hash over them. */
const changeBytes = ({ header, attestation, validators }: ValidatorChange): Uint8Array =>
  encodeCbor([header, encodeAttestation(attestation), validators.map(({ key, power }) => [key, power])]);
const bundleBytes = ({ genesis, changes: list, previous: before }: TrustBundle): Uint8Array =>
  encodeCbor({
    type: 'careledger/trust/1',
    genesis,
    changes: list.map(changeBytes),
    previous: before && { bundle: before.bundle, header: before.header, attestation: encodeAttestation(before.attestation) },
  });

/**
 * Every question that a vector asks, asked again of the changed bytes: no other bytes hold for it, but what is as true and as proven
 * (`alsoProven`).
 */
function attestedTarget(kind: Kind, share: number, alsoProven: (input: Uint8Array) => boolean = () => false): Target {
  const vectors = attested(kind);
  const questions = [
    ...new Map(vectors.map((vector) => [JSON.stringify([vector.trust, vector.transactionHash, vector.genesisHash]), vector])).values(),
  ];
  const holding = new Set(vectors.map(({ bytes }) => bytes));
  return cborTarget(
    `${kind}, verified`,
    bytesOf(vectors),
    (input) => {
      const bytes = toHex(input);
      let verdict: Verdict = 'refused';
      for (const question of questions) {
        const found = judgeAttested(kind, { ...question, bytes });
        if (found.verdict !== 'held') continue;
        if (!holding.has(bytes) && !alsoProven(input)) throw new Broken(`it holds although it was changed, for "${question.name}"`);
        verdict = 'accepted';
      }
      return verdict;
    },
    share,
  );
}

/** Where one leaf stands alone, it shows the absence of every other key that would have to stand there: another such key is no lie. */
const withValue = new Set(stateReceipts.map((bytes) => unwrap(decodeStateReceipt(bytes))).flatMap(({ key, value }) => (value ? [toHex(key)] : [])));
function absenceOfAnother(input: Uint8Array): boolean {
  const { key, value } = unwrap(decodeStateReceipt(input));
  return value === undefined && !withValue.has(toHex(key));
}

/** A bundle may be cut short and is still true; what it leads to is a part of what the whole one leads to. */
function bundleTarget(): Target {
  // Whoever knows no genesis believes any.
  const known = attested('trust-bundles').filter(({ genesisHash }) => genesisHash);
  const sets = new Set(known.flatMap(({ expected }) => setsOf(expected.trust)));
  return cborTarget(
    'trust-bundles, verified',
    bytesOf(known),
    (input) => {
      let verdict: Verdict = 'refused';
      for (const { genesisHash } of known) {
        const found = judgeAttested('trust-bundles', { name: '', about: '', bytes: toHex(input), genesisHash: genesisHash ?? null });
        // Whoever knows no genesis believes any.
        if (found.verdict !== 'held' || !genesisHash) continue;
        if (setsOf(found.trust).some((set) => !sets.has(set))) throw new Broken('it leads to validators that nobody confirmed');
        verdict = 'accepted';
      }
      return verdict;
    },
    0.5,
  );
}

function setsOf(trust: TrustJson | null | undefined): readonly string[] {
  if (!trust) return [];
  const own = 'nodeKey' in trust ? [`${trust.chainId} ${trust.nodeKey}`] : trust.validators.map((set) => `${trust.chainId} ${JSON.stringify(set)}`);
  return [...own, ...setsOf(trust.previous?.trust)];
}

const entryHolding = new Set(entries.map(({ receipt }) => receipt));
const entryQuestions = [...new Map(entries.map((vector) => [JSON.stringify([vector.trust, vector.content]), vector])).values()].slice(0, 4);

function entryHolds(input: Uint8Array): Verdict {
  const receipt = toHex(input);
  let verdict: Verdict = 'refused';
  for (const question of entryQuestions) {
    if (judgeEntry({ ...question, receipt }).verdict !== 'held') continue;
    if (!entryHolding.has(receipt)) throw new Broken(`it holds although it was changed, for "${question.name}"`);
    verdict = 'accepted';
  }
  return verdict;
}

/** A file of any kind, judged without knowing whom to believe: a report, whatever it is. */
function anyEvidence(input: Uint8Array): Verdict {
  const { report } = verifyEvidence(input);
  if (report.steps.length === 0) throw new Broken('a report without steps');
  return evidenceKind(input) === undefined ? 'refused' : 'accepted';
}

export const receiptTargets: readonly Target[] = [
  cborTarget(
    'COSE receipt',
    ledgerReceipts.map((bytes) => listAt(bytes, 1)),
    roundTrip(decodeCoseReceipt, encodeCoseReceipt),
  ),
  cborTarget(
    'attestation',
    ledgerReceipts.map((bytes) => listAt(bytes, 3)),
    roundTrip(decodeAttestation, encodeAttestation),
  ),
  cborTarget(
    'ledger receipt',
    ledgerReceipts,
    roundTrip(decodeLedgerReceipt, ({ receipt, header, headerBytes, attestation, issuer }) =>
      encodeLedgerReceipt({ receipt, header: headerBytes, attestation, ...(toHex(issuer) === toHex(header.proposer) ? {} : { issuer }) }),
    ),
  ),
  cborTarget('entry receipt', entryReceipts, roundTrip(decodeEntryReceipt, encodeEntryReceipt)),
  cborTarget('transaction receipt', transactionReceipts, roundTrip(decodeTransactionReceipt, encodeTransactionReceipt)),
  cborTarget(
    'tree proof',
    stateProofs.map((bytes) => (unwrap(decodeCbor(bytes)) as { tree: Uint8Array }).tree),
    roundTrip(decodeTreeProof, encodeTreeProof),
  ),
  cborTarget(
    'state proof',
    stateProofs,
    roundTrip(decodeStateProof, ({ headerBytes, attestation, tree }) => encodeStateProof(headerBytes, attestation, encodeTreeProof(tree))),
  ),
  cborTarget(
    'state receipt',
    stateReceipts,
    roundTrip(decodeStateReceipt, ({ key, value, proof: { headerBytes, attestation, tree } }) =>
      encodeStateReceipt(key, value, encodeStateProof(headerBytes, attestation, encodeTreeProof(tree))),
    ),
  ),
  cborTarget(
    'validator change',
    changes,
    roundTrip((bytes) => orRefusal(decodeValidatorChange(bytes)), changeBytes),
  ),
  cborTarget(
    'ledger before',
    previous,
    roundTrip((bytes) => orRefusal(decodePreviousLedger(bytes)), encodePreviousLedger),
  ),
  cborTarget('trust bundle', bundles, roundTrip(decodeTrustBundle, bundleBytes)),
  cborTarget('entry receipts, verified', entryReceipts, entryHolds, 0.5),
  attestedTarget('ledger-receipts', 0.3),
  attestedTarget('state-receipts', 0.3, absenceOfAnother),
  attestedTarget('transaction-receipts', 0.3),
  bundleTarget(),
  cborTarget(
    'evidence of any kind',
    [...entryReceipts.slice(0, 3), ...ledgerReceipts, ...stateReceipts, ...transactionReceipts, ...bundles],
    anyEvidence,
    0.5,
  ),
];
