/** This node among those who watch each other: its own witness, and what it finds when it compares what was seen with what is here. */
import { equalBytes } from '../base/bytes.ts';
import type { WitnessesView } from '../contract/witnesses.ts';
import { witnessesView } from '../gateway/explorer/witnesses.ts';
import { ledgerOrigin, witnessName } from '../ledger/checkpoint/checkpoint.ts';
import type { NoteKey } from '../ledger/checkpoint/note-key.ts';
import type { LedgerClient } from '../ledger/client.ts';
import { memberDirectory } from '../network/directory.ts';
import type { OrganisationKeys } from '../vault/organisation-keys.ts';
import type { Checkpoints } from '../witness/checkpoints.ts';
import { compareWithLedger } from '../witness/compare.ts';
import { openWitness, silentWitness, type Witness } from '../witness/witness.ts';
import type { LedgerCheck } from './verification.ts';

export interface WitnessingConfig {
  /** Where the witness keeps what it has seen; this node's alone. */
  readonly directory: string;
  /** Keys that may sign for the ledger's log. */
  readonly logKeys: () => Promise<readonly NoteKey[]>;
  /** Checkpoints of the ledger's log that are made here; undefined as long as there are none. */
  readonly checkpoints: () => Checkpoints | undefined;
}

export interface Witnessing {
  readonly witness: Witness;
  readonly checkpoints: () => Checkpoints | undefined;
  view(): Promise<WitnessesView>;
  /** The check of the ledger on the disk, with what speaks against this history among its findings. */
  withDisputes(check: () => Promise<LedgerCheck>): () => Promise<LedgerCheck>;
}

/** The witness signs with the organisation's ledger key: its members know that from the ledger. */
export async function openWitnessing(config: WitnessingConfig, ledger: LedgerClient, keys: OrganisationKeys, now: () => number): Promise<Witnessing> {
  const { chainId } = ledger;
  const opened = await openWitness({
    directory: config.directory,
    name: witnessName(chainId, keys.organisation),
    seed: keys.ledgerSeed,
    logKeys: async (origin) => (origin === ledgerOrigin(chainId) ? config.logKeys() : undefined),
    compare: (checkpoint) => compareWithLedger(checkpoint, ledger),
    now,
  });
  // Whoever asks for records does not wait for a witness: it refuses to sign, and its operator is told.
  const witness = opened.ok ? opened.value : silentWitness(opened.error, witnessName(chainId, keys.organisation), keys.ledgerSeed);
  const directory = memberDirectory(ledger);
  const nameOf = async ({ publicKey }: NoteKey): Promise<string | undefined> =>
    (await directory.members()).find(({ signingKey }) => equalBytes(signingKey, publicKey))?.name;
  const view = async (): Promise<WitnessesView> => {
    const seen = await witnessesView({ ledger, checkpoints: config.checkpoints(), witness, nameOf, now });
    if (opened.ok) return seen;
    return { ...seen, disputes: [...seen.disputes, { kind: 'own-witness', who: witness.key.name, what: opened.error.message, proof: null }] };
  };
  const withDisputes = (check: () => Promise<LedgerCheck>) => async (): Promise<LedgerCheck> => {
    const found = await check();
    const { disputes } = await view();
    const more = disputes.map(({ what, who }) => ({ code: 'verify.history-disputed', message: `${what} (${who})` }));
    return { ...found, findings: [...found.findings, ...more] };
  };
  return { witness, checkpoints: config.checkpoints, view, withDisputes };
}
