/** Verification of a trust bundle: from the genesis alone to the trust that receipts are checked against. Pure, never throws. */
import { equalBytes, toHex } from '../../base/bytes.ts';
import { attestationOutcomes } from '../attestation/attestation-outcomes.ts';
import { decodeTrustBundle, type DecodedBundle } from '../attestation/trust-bundle.ts';
import { knownSet, type PreviousTrust, type Trust, type ValidatorTrust } from '../attestation/trust.ts';
import { trustAfter } from '../attestation/validator-change.ts';
import { decodeHeader, headerHash } from '../block/header.ts';
import { genesisHash, type Genesis } from '../genesis/genesis.ts';
import { inOrder, validatorSetProblem } from '../light/validator-set.ts';
import { failed, held, notAsked, outcome, report, type Outcome, type Report } from './report.ts';

const bundleStepTitles = {
  form: 'The trust bundle can be read.',
  genesis: 'The genesis is the one that you know.',
  changes: 'Every change of the validators is confirmed by those before.',
  previous: 'The ledger before ends with the block that the genesis names.',
} as const;

export type BundleStep = keyof typeof bundleStepTitles;

export interface BundleFacts {
  readonly chainId?: string;
  readonly genesisHash?: Uint8Array;
  readonly engine?: Genesis['engine'];
  /** Changes of the validators since the genesis, and how many there are now. */
  readonly changes?: number;
  readonly validators?: number;
  /** Ledgers that this one continues, the newest first. */
  readonly previous?: readonly string[];
}

export interface BundleReport {
  readonly report: Report<BundleStep, BundleFacts>;
  /** What to believe, when nothing failed. */
  readonly trust: Trust | undefined;
}

/** Ledgers before the newest one, at most. */
export const MAX_LEDGERS = 16;
/** CometBFT's heights begin here. */
const FIRST_CONSENSUS_HEIGHT = 1;

/** `known`: hash of the genesis that the verifier has from elsewhere. */
export function verifyTrustBundle(bytes: Uint8Array, known?: Uint8Array, depth = 0): BundleReport {
  const decoded = decodeTrustBundle(bytes);
  if (!decoded.ok) return { report: report(bundleStepTitles, { form: failed(decoded.error.message) }, {}), trust: undefined };
  const bundle = decoded.value;
  const genesis = bundle.decodedGenesis;
  const hash = genesisHash(bundle.genesis);
  const previous = previousTrust(bundle, depth);
  const changed = followChanges(bundle);
  const trust = typeof changed === 'string' ? undefined : { ...changed, ...(typeof previous === 'object' ? { previous } : {}) };
  const outcomes = {
    form: held(`Trust bundle of ${bytes.length} bytes.`),
    genesis: genesisOutcome(genesis, hash, known),
    changes: typeof changed === 'string' ? failed(changed) : held(`${bundle.changes.length} changes of the validators.`),
    previous:
      typeof previous === 'string' ? failed(previous) : previous ? held(`It continues ${previous.trust.chainId}.`) : notAsked('None is told of.'),
  };
  const facts: BundleFacts = {
    chainId: genesis.chainId,
    genesisHash: hash,
    engine: genesis.engine,
    changes: bundle.changes.length,
    ...(trust && 'validators' in trust ? { validators: trust.validators.at(-1)!.validators.length } : {}),
    previous: ledgersBefore(trust),
  };
  const found = report(bundleStepTitles, outcomes, facts);
  return { report: found, trust: found.verdict === 'held' ? trust : undefined };
}

/** What a genesis alone lets one believe; a sentence when it lets nothing. */
export function trustOfGenesis(genesis: Genesis): Trust | string {
  const { chainId, proposer } = genesis;
  if (genesis.engine === 'embedded') return { chainId, nodeKey: proposer };
  const validators = inOrder(genesis.validators.map(({ key, power }) => ({ key, power })));
  const problem = validatorSetProblem(validators);
  return problem === undefined
    ? { chainId, validators: [knownSet(FIRST_CONSENSUS_HEIGHT, validators)] }
    : `The validators of the genesis: ${problem}.`;
}

function genesisOutcome({ chainId }: Genesis, hash: Uint8Array, known: Uint8Array | undefined): Outcome {
  const name = `Genesis of ${chainId}, hash ${toHex(hash)}.`;
  if (!known) return notAsked(`${name} No other was given to compare with.`);
  return outcome(equalBytes(hash, known), name, `${name} The one that you know has the hash ${toHex(known)}.`);
}

function followChanges({ decodedGenesis, changes }: DecodedBundle): Trust | string {
  const start = trustOfGenesis(decodedGenesis);
  if (typeof start === 'string' || changes.length === 0) return start;
  if (!('validators' in start)) return 'The ledger has no validators, and yet they change.';
  let trust: ValidatorTrust = start;
  for (const change of changes) {
    const after = trustAfter(trust, change);
    if (typeof after === 'string') return after;
    trust = after;
  }
  return trust;
}

/** Undefined when the bundle tells of none; a sentence when the ledger before is not the one that the genesis names. */
function previousTrust({ decodedGenesis: { previous: named }, previous: given }: DecodedBundle, depth: number): PreviousTrust | string | undefined {
  if (!given) return undefined;
  if (!named) return 'The genesis names no ledger before.';
  if (depth >= MAX_LEDGERS) return `More than ${MAX_LEDGERS} ledgers before.`;
  if (!equalBytes(headerHash(given.header), named.headerHash)) return 'The block is not the one that the genesis names.';
  const header = decodeHeader(given.header);
  if (!header.ok) return header.error.message;
  const { report: before, trust } = verifyTrustBundle(given.bundle, undefined, depth + 1);
  if (!trust) return `Its own bundle does not hold: ${before.steps.find(({ state }) => state === 'failed')?.detail}`;
  if (trust.chainId !== header.value.chainId) return `Its bundle is of ${trust.chainId}, its last block of ${header.value.chainId}.`;
  const attested = attestationOutcomes({ header: header.value, hash: headerHash(given.header), attestation: given.attestation }, trust);
  const wrong = [attested.block, attested.trust].find(({ state }) => state !== 'held');
  return wrong ? `Its last block: ${wrong.detail}` : { trust, lastHeight: header.value.height };
}

function ledgersBefore(trust: Trust | undefined): readonly string[] {
  const names: string[] = [];
  for (let before = trust?.previous; before; before = before.trust.previous) names.push(before.trust.chainId);
  return names;
}
