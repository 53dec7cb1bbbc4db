/**
 * A new ledger that goes on with another one: under a new name, on another engine, or with a format that could not be changed otherwise. Its
 * genesis names the last header of the old ledger; state and transaction log are carried over, so what was proven stays proven, and old transactions
 * can be proven under the new ledger too.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codedError } from '../../base/errors.ts';
import { fail, ok, unwrap, type Result } from '../../base/result.ts';
import { decodeAttestation, encodeAttestation } from '../../ledger/attestation/attestation.ts';
import {
  decodeTrustBundle,
  encodeTrustBundle,
  withLedgersBefore,
  type PreviousLedger,
  type TrustBundle,
} from '../../ledger/attestation/trust-bundle.ts';
import { encodeBlock } from '../../ledger/block/block.ts';
import { executeGenesis } from '../../ledger/genesis/genesis-block.ts';
import { decodeGenesis } from '../../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, genesisHash, type Genesis, type Previous } from '../../ledger/genesis/genesis.ts';
import { MAX_LEDGERS, verifyTrustBundle } from '../../ledger/verify/trust-bundle.ts';
import { BLOCK_FILE, readFrames } from './blocks/block-file.ts';
import { hasLedger } from './create-ledger.ts';
import { engineErrors, ioError } from './errors.ts';
import type { LedgerDisk } from './ledger-disk.ts';
import { openLedgerDisk } from './open.ts';
import { writePreviousLedger } from './trust/previous-ledger.ts';
import { baseOfFile, copyPruned, copyRest, copyState } from './blocks/rewrite-blocks.ts';
import { openStorage, type Storage } from './blocks/storage.ts';
import { trustSource } from './trust/trust-bundle.ts';
import { writeBaseFile } from './blocks/write-base.ts';

export interface ContinueOptions {
  /** File that `exportLedger` made. */
  readonly from: string;
  /** Where the new ledger goes; there must be none yet. */
  readonly directory: string;
  /** The genesis of the new ledger: `previous` as it is given. `old` is the ledger that goes on. */
  readonly genesis: (previous: Previous, old: LedgerDisk) => Genesis | Promise<Genesis>;
  /** The engine's seal of the new ledger's first block. */
  readonly seal: (blockHash: Uint8Array) => Uint8Array;
}

export interface Continued {
  readonly genesis: Genesis;
  /** Height of the new ledger's first block. */
  readonly height: number;
  readonly blockHash: Uint8Array;
  /** Chain ids of the ledgers whose receipts the new trust bundle lets one check, the newest first. */
  readonly previous: readonly string[];
  /** Why there are none. */
  readonly untrusted?: string;
}

/** Executes the old ledger again on the way. `engine.ledger-exists`, `ledger.bad-genesis`, and what opening a ledger says about the old one. */
export async function continueLedger(options: ContinueOptions): Promise<Result<Continued>> {
  const { from, directory } = options;
  if (hasLedger(directory)) return fail(codedError(engineErrors, 'engine.ledger-exists', { data: { directory } }));
  const scratch = join(directory, `import-${process.pid}`);
  try {
    await mkdir(scratch, { recursive: true, mode: 0o700 });
    await copyFile(from, join(scratch, BLOCK_FILE));
    const opened = await openLedgerDisk({ directory: scratch });
    if (!opened.ok) return opened;
    const continued = await goOn(opened.value, options).finally(() => opened.value.close());
    if (!continued.ok) return continued;
    const made = await openLedgerDisk({ directory });
    if (!made.ok) return made;
    await made.value.close();
    return continued;
  } catch (cause) {
    return fail(ioError(cause, 'importing the ledger'));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function goOn(old: LedgerDisk, { directory, genesis: makeGenesis, seal }: ContinueOptions): Promise<Result<Continued>> {
  const { chainId, height, blockHash: headerHash, stateRoot, logSize, logRoot } = old.head();
  const genesis = await makeGenesis({ chainId, height, headerHash, stateRoot, logSize, logRoot }, old);
  const readBack = decodeGenesis(encodeGenesis(genesis));
  if (!readBack.ok) return readBack;
  const { state, store } = old;
  const executed = executeGenesis(genesis, { root: state.root, nodes: store.nodes, log: state.log });
  if (!executed.ok) return executed;
  const { header, headerBytes, next } = executed.value;
  const storage = await openStorage(join(old.directory, BLOCK_FILE), 'read');
  try {
    const written = await writeBaseFile(directory, {
      genesis,
      base: { ...(await baseOfFile(storage, old.genesis)), height },
      blocks: (writer) => copyPruned(storage, writer, height, old.genesis),
      state: (writer) => copyState(store.nodes, state, writer),
      async after(writer) {
        await copyRest(storage, writer, height);
        await writer.frame('block', header.height, encodeBlock(headerBytes, [], seal(next.blockHash)));
      },
    });
    if (!written.ok) return written;
    const previous = await keepTrust(old, storage, genesis, directory);
    return ok({
      genesis,
      height: header.height,
      blockHash: next.blockHash,
      ...(typeof previous === 'string' ? { previous: [], untrusted: previous } : { previous }),
    });
  } finally {
    await storage.close();
  }
}

/**
 * What the new ledger's trust bundle says of the old one and of those before it, so that their receipts go on holding. Returns their chain ids, the
 * newest first; a sentence when nothing can be said.
 */
async function keepTrust(old: LedgerDisk, storage: Storage, genesis: Genesis, directory: string): Promise<readonly string[] | string> {
  const { height } = old.head();
  const { headerBytes: header, seal } = await old.sealedHeader(height);
  const attested = old.genesis.engine === 'embedded' ? encodeAttestation({ kind: 'node', signature: seal }) : await old.attestation(height);
  if (!attested) return 'its last block has no attestation yet';
  const attestation = unwrap(decodeAttestation(attested));
  const bundle = await trustSource(old, { earlier: () => exportedTrust(storage, old.genesis) })
    .bundle()
    .catch((cause: unknown) => (cause as Error).message);
  if (typeof bundle === 'string') return bundle;
  const withPrevious = (previous: PreviousLedger): Uint8Array => encodeTrustBundle({ genesis: encodeGenesis(genesis), changes: [], previous });
  // More ledgers than a bundle may have: the oldest are left out.
  for (let before = MAX_LEDGERS - 1; ; before--) {
    const previous = { bundle: withLedgersBefore(bundle, before), header, attestation };
    const { report } = verifyTrustBundle(withPrevious(previous));
    if (report.verdict !== 'failed') {
      await writePreviousLedger(directory, previous);
      return report.facts.previous ?? [];
    }
    if (before === 0) return report.steps.find(({ state }) => state === 'failed')!.detail;
  }
}

/** The trust bundle behind the blocks of an export. */
async function exportedTrust(storage: Storage, genesis: Genesis): Promise<TrustBundle | undefined> {
  let found: Uint8Array | undefined;
  for await (const { kind, payload } of readFrames(storage)) if (kind === 'trust') found = payload;
  const decoded = found && decodeTrustBundle(found);
  return decoded?.ok && verifyTrustBundle(found!, genesisHash(encodeGenesis(genesis))).trust ? decoded.value : undefined;
}
