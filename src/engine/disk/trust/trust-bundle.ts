/**
 * The trust bundle of a ledger: its genesis, the ledger that it continues, and the changes of the validators since, each as the validators before
 * confirmed it. Which blocks made one is in their attestations; who came next is in the state, or in the engine's own store.
 */
import { join } from 'node:path';
import { decodeCbor, encodeCbor } from '../../../base/cbor.ts';
import { CodedException, unwrap } from '../../../base/result.ts';
import { changesValidators, decodeValidatorChange, type ValidatorChange } from '../../../ledger/attestation/validator-change.ts';
import { decodeAttestation, type Attestation } from '../../../ledger/attestation/attestation.ts';
import { encodeTrustBundle, type TrustBundle } from '../../../ledger/attestation/trust-bundle.ts';
import { decodeHeader } from '../../../ledger/block/header.ts';
import { encodeGenesis } from '../../../ledger/genesis/genesis.ts';
import type { Validator } from '../../../ledger/light/light-block.ts';
import { decodeValidator, decodeValidatorList, validatorListStateKey, validatorStateKey } from '../../../ledger/validators/state.ts';
import { verifyTrustBundle } from '../../../ledger/verify/trust-bundle.ts';
import { firstHeight } from '../blocks/history.ts';
import { readTrust, TRUST_FILE, writeTrust } from './kept-trust.ts';
import type { LedgerDisk } from '../ledger-disk.ts';
import { readPreviousLedger } from './previous-ledger.ts';

export interface TrustSource {
  /**
   * The trust bundle of now, which is kept in a file when it has something new. Throws what reading the ledger throws, and what the engine answers when
   * it has to be asked.
   */
  bundle(): Promise<Uint8Array>;
}

/** Blocks whose attestation may still come. */
const PATIENCE_BLOCKS = 256;
/** Note: `[height, changes]`, up to where blocks were looked at for changes, and how many the file had then. */
const LOOKED = 'trust up to';

export interface TrustHelp {
  /** The validators of a consensus height, where the state of the block before it is not kept any more. */
  readonly validatorsAt?: (consensusHeight: number) => Promise<readonly Validator[]>;
  /** What was known before the ledger's own blocks begin, where they begin at a snapshot. */
  readonly earlier?: () => Promise<TrustBundle | undefined>;
}

export function trustSource(disk: LedgerDisk, { validatorsAt, earlier }: TrustHelp = {}): TrustSource {
  const file = join(disk.directory, TRUST_FILE);
  let begun: Promise<TrustBundle | undefined> | undefined;
  const known: ValidatorChange[] = [];
  /** Of the file. */
  let kept = { changes: 0, previous: false };
  let looked = firstHeight(disk.genesis) - 1;
  // One look at a time.
  let running: Promise<Uint8Array> | undefined;

  async function make(): Promise<Uint8Array> {
    const before = await (begun ??= begin());
    if (disk.genesis.engine === 'cometbft') await lookOn();
    const previous = (await readPreviousLedger(disk.directory)) ?? before?.previous ?? null;
    const bytes = encodeTrustBundle({ genesis: encodeGenesis(disk.genesis), changes: known, previous });
    // One that does not follow from the genesis (its beginning is not known here) would hide what others tell later.
    const isMore = known.length > kept.changes || (previous !== null && !kept.previous);
    if (isMore && verifyTrustBundle(bytes).trust) await keep(bytes, previous !== null);
    if (known.length === kept.changes) disk.note(LOOKED, encodeCbor([looked, kept.changes]));
    return bytes;
  }

  /** What can't be written now can be later: whoever asked is answered. */
  async function keep(bytes: Uint8Array, previous: boolean): Promise<void> {
    const changes = known.length;
    if (
      await writeTrust(file, bytes).then(
        () => true,
        () => false,
      )
    )
      kept = { changes, previous };
  }

  /** What is known of before: its own blocks go on behind the last change of it, or where it stopped looking. */
  async function begin(): Promise<TrustBundle | undefined> {
    const own = await readTrust(file, disk.genesis);
    const told = await earlier?.();
    const bundle = own && own.changes.length >= (told?.changes.length ?? 0) ? own : told;
    if (own) kept = { changes: own.changes.length, previous: own.previous !== null };
    const last = bundle?.changes.at(-1);
    known.push(...(bundle?.changes ?? []));
    if (last) looked = Math.max(looked, unwrap(decodeHeader(last.header)).height);
    const noted = decodeCbor(disk.noted(LOOKED) ?? new Uint8Array(0));
    const [height, changes] = (noted.ok ? noted.value : [-1, 0]) as readonly [number, number];
    if (changes === kept.changes) looked = Math.max(looked, height);
    return bundle;
  }

  /** Goes on where it stopped: attestations of a height don't change. The newest blocks may have to wait for theirs; older ones without stay so. */
  async function lookOn(): Promise<void> {
    for (let height = looked + 1; height <= disk.head().height; height++) {
      const bytes = await disk.attestation(height);
      if (!bytes && height > disk.head().height - PATIENCE_BLOCKS) return;
      const attestation = bytes && unwrap(decodeAttestation(bytes));
      if (attestation && changesValidators(attestation)) known.push(await changeAt(height, attestation));
      looked = height;
    }
  }

  async function changeAt(height: number, attestation: Attestation): Promise<ValidatorChange> {
    const { headerBytes } = await disk.sealedHeader(height);
    // Where earlier versions kept it.
    const noted = decodeValidatorChange(disk.noted(`validators after ${height}`) ?? new Uint8Array(0));
    return noted ?? { header: headerBytes, attestation, validators: await validatorsAfter(height, attestation) };
  }

  async function validatorsAfter(height: number, attestation: Attestation): Promise<readonly Validator[]> {
    try {
      const orgs = decodeValidatorList(await disk.get(validatorListStateKey, height));
      const all = await Promise.all(orgs.map(async (org) => unwrap(decodeValidator((await disk.get(validatorStateKey(org), height))!))));
      return all.filter(({ power }) => power > 0).map(({ key, power }) => ({ key, power }));
    } catch (cause) {
      // The state of that height is not kept any more; the engine keeps its sets longer.
      if (!(cause instanceof CodedException) || cause.code !== 'engine.height-pruned' || attestation.kind !== 'cometbft' || !validatorsAt)
        throw cause;
      return validatorsAt(attestation.height + 1);
    }
  }

  return {
    bundle() {
      running = running === undefined ? make() : running.then(make, make);
      return running;
    },
  };
}
