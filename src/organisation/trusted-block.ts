/**
 * A recent consensus block that may be trusted, found with the light client of the ledger core: the first block is signed by the validators of the
 * genesis, and every later one by enough of those before it. Where a peer has forgotten its first blocks, its trust bundle leads from the genesis to the
 * validators of today. The peers only bring what is checked.
 */
import { jsonUpTo } from '../base/bounded-answer.ts';
import { equalBytes, toHex } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { setAt } from '../ledger/attestation/trust.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../ledger/genesis/genesis.ts';
import { commitProblem, signatureCheck } from '../ledger/light/commit.ts';
import { consensusHeaderHash } from '../ledger/light/consensus-header.ts';
import { followTo } from '../ledger/light/follow.ts';
import type { LightBlock } from '../ledger/light/light-block.ts';
import { lightBlockOfJson } from '../ledger/light/rpc-json.ts';
import { inOrder, validatorSetHash } from '../ledger/light/validator-set.ts';
import { lightBlockProblem } from '../ledger/light/verify.ts';
import { verifyTrustBundle } from '../ledger/verify/trust-bundle.ts';
import { CONSENSUS_PATH } from './consensus-route.ts';
import { organisationErrors } from './errors.ts';
import { fetchBundle } from './fetch-trust.ts';

export interface TrustedBlock {
  readonly height: number;
  /** Hexadecimal. */
  readonly hash: string;
  /** Base URLs of the members that brought it. */
  readonly urls: readonly string[];
}

const TIMEOUT_MS = 5_000;
const ANSWER_LIMIT = 2 << 20;
/** Only the first block is believed by its age alone, and that one is believed for the genesis: what is old is followed block by block. */
const TRUSTING_PERIOD_MS = 400 * 86_400_000;
/** CometBFT's light client asks one and compares with another. */
const NEEDED = 2;

type Ask = (method: string, params: Readonly<Record<string, string>>) => Promise<unknown>;

const asker =
  (url: string, signal: AbortSignal): Ask =>
  async (method, params) => {
    const response = await fetch(url + CONSENSUS_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 0, method, params }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return ((await jsonUpTo(response, ANSWER_LIMIT)) as { readonly result?: unknown }).result;
  };

/** The newest when no height is named. Undefined: not there, or not to be read. */
async function blockAt(ask: Ask, height?: number): Promise<LightBlock | undefined> {
  const at = height === undefined ? {} : { height: String(height) };
  const commit = (await ask('commit', at).catch(() => undefined)) as
    | { readonly signed_header?: { readonly header?: { readonly height?: string } } }
    | undefined;
  const named = commit?.signed_header?.header?.height;
  if (named === undefined) return undefined;
  const set = (await ask('validators', { height: named, per_page: '100' }).catch(() => undefined)) as { readonly validators?: unknown } | undefined;
  const block = lightBlockOfJson(commit!.signed_header, set?.validators);
  return block.ok ? block.value : undefined;
}

/** `organisation.no-trusted-block`. */
export async function trustedBlock(genesis: Genesis, urls: readonly string[], now: number, signal: AbortSignal): Promise<Result<TrustedBlock>> {
  const reasons: string[] = [];
  const found: { readonly url: string; readonly newest: LightBlock }[] = [];
  for (const url of urls) {
    const newest = await newestOf(genesis, asker(url, signal), now, () => fetchBundle(url, signal));
    if (typeof newest === 'string') reasons.push(`${url}: ${newest}`);
    else found.push({ url, newest });
  }
  if (found.length < NEEDED) {
    const message = `A trusted block needs ${NEEDED} members that answer: ${reasons.join('; ') || 'nobody does'}.`;
    return fail(codedError(organisationErrors, 'organisation.no-trusted-block', { message }));
  }
  const { header } = found.toSorted((a, b) => a.newest.header.height - b.newest.header.height)[0]!.newest;
  return ok({ height: header.height, hash: toHex(consensusHeaderHash(header)), urls: found.map(({ url }) => url) });
}

/** The member's newest block, if it follows from the genesis; a sentence when not. */
async function newestOf(genesis: Genesis, ask: Ask, now: number, bundle: () => Promise<Uint8Array | undefined>): Promise<LightBlock | string> {
  const first = await blockAt(ask, 1);
  const newest = await blockAt(ask);
  if (!newest) return 'it does not answer';
  if (!first) return (await byBundle(genesis, newest, await bundle())) ?? newest;
  const problem = firstProblem(genesis, first);
  if (problem !== undefined) return problem;
  if (newest.header.height === 1) return newest;
  const followed = await followTo(first, newest.header.height, (height) => blockAt(ask, height), { now, trustingPeriodMs: TRUSTING_PERIOD_MS });
  return followed.verdict === 'held' ? followed.trusted : followed.detail;
}

/** Why the block is not one of the validators that the bundle leads to; undefined: it is. */
async function byBundle(genesis: Genesis, block: LightBlock, bundle: Uint8Array | undefined): Promise<string | undefined> {
  if (!bundle) return 'it keeps the first block no more, and gives no trust bundle';
  const { report, trust } = verifyTrustBundle(bundle, genesisHash(encodeGenesis(genesis)));
  if (!trust || !('validators' in trust)) return `its trust bundle: ${report.steps.find(({ state }) => state === 'failed')?.detail ?? 'of one node'}`;
  const { header, commit } = block;
  if (header.chainId !== genesis.chainId) return `it has the chain ${header.chainId}`;
  const known = setAt(trust, header.height);
  if (!known || !equalBytes(known.set.hash, header.validatorsHash)) return 'its validators are not those that its trust bundle leads to';
  return lightBlockProblem(block, consensusHeaderHash(header)) ?? commitProblem(block, signatureCheck(genesis.chainId, commit));
}

function firstProblem({ chainId, validators }: Genesis, block: LightBlock): string | undefined {
  if (block.header.chainId !== chainId) return `it has the chain ${block.header.chainId}`;
  if (!equalBytes(validatorSetHash(inOrder(validators)), block.header.validatorsHash)) return 'its first validators are not those of the genesis';
  return lightBlockProblem(block, consensusHeaderHash(block.header)) ?? commitProblem(block, signatureCheck(chainId, block.commit));
}
