/**
 * The trust bundle of a ledger: its genesis, the ledger that it continues, and the changes of the validators since, each as the validators before
 * confirmed it. Which blocks made one is in their attestations; who came next is in the state, or in the engine's own store.
 */
import { CodedException, unwrap } from '../../base/result.ts';
import { changesValidators, decodeValidatorChange, encodeValidatorChange, type ValidatorChange } from '../../ledger/attestation/validator-change.ts';
import { decodeAttestation, type Attestation } from '../../ledger/attestation/attestation.ts';
import { encodeTrustBundle, type TrustBundle } from '../../ledger/attestation/trust-bundle.ts';
import { decodeHeader } from '../../ledger/block/header.ts';
import { encodeGenesis } from '../../ledger/genesis/genesis.ts';
import type { Validator } from '../../ledger/light/light-block.ts';
import { decodeValidator, decodeValidatorList, validatorListStateKey, validatorStateKey } from '../../ledger/validators/state.ts';
import { firstHeight } from './history.ts';
import type { LedgerDisk } from './ledger-disk.ts';
import { readPreviousLedger } from './previous-ledger.ts';

export interface TrustSource {
  /** The trust bundle of now. Throws what reading the ledger throws, and what the engine answers when it has to be asked. */
  bundle(): Promise<Uint8Array>;
}

/** Blocks whose attestation may still come. */
const PATIENCE_BLOCKS = 256;

export interface TrustHelp {
  /** The validators of a consensus height, where the state of the block before it is not kept any more. */
  readonly validatorsAt?: (consensusHeight: number) => Promise<readonly Validator[]>;
  /** What was known before the ledger's own blocks begin, where they begin at a snapshot. */
  readonly earlier?: () => Promise<TrustBundle | undefined>;
}

export function trustSource(disk: LedgerDisk, { validatorsAt, earlier }: TrustHelp = {}): TrustSource {
  let begun: TrustBundle | undefined;
  const known: ValidatorChange[] = [];
  let looked = firstHeight(disk.genesis) - 1;
  // One look at a time.
  let running: Promise<void> = Promise.resolve();

  /** Goes on where it stopped: attestations of a height don't change. The newest blocks may have to wait for theirs; older ones without stay so. */
  async function lookOn(): Promise<void> {
    if (disk.genesis.engine !== 'cometbft') return;
    if (!begun && earlier) begun = begin(await earlier());
    for (let height = looked + 1; height <= disk.head().height; height++) {
      const bytes = await disk.attestation(height);
      if (!bytes && height > disk.head().height - PATIENCE_BLOCKS) return;
      const attestation = bytes && unwrap(decodeAttestation(bytes));
      if (attestation && changesValidators(attestation)) known.push(await changeAt(height, attestation));
      looked = height;
    }
  }

  /** Its changes are known; its own blocks go on behind the last of them. */
  function begin(bundle: TrustBundle | undefined): TrustBundle | undefined {
    const last = bundle?.changes.at(-1);
    if (!bundle || !last || known.length > 0) return bundle;
    known.push(...bundle.changes);
    looked = Math.max(looked, unwrap(decodeHeader(last.header)).height);
    return bundle;
  }

  async function changeAt(height: number, attestation: Attestation): Promise<ValidatorChange> {
    const { headerBytes } = await disk.sealedHeader(height);
    const name = `validators after ${height}`;
    const noted = decodeValidatorChange(disk.noted(name) ?? new Uint8Array(0));
    if (noted) return noted;
    const change = { header: headerBytes, attestation, validators: await validatorsAfter(height, attestation) };
    disk.note(name, encodeValidatorChange(change));
    return change;
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
    async bundle() {
      running = running.then(lookOn, lookOn);
      await running;
      return encodeTrustBundle({
        genesis: encodeGenesis(disk.genesis),
        changes: known,
        previous: (await readPreviousLedger(disk.directory)) ?? begun?.previous ?? null,
      });
    },
  };
}
