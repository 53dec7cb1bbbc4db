/** A new network goes on with an exported ledger: every home gets the same first files, and the genesis that names where they come from. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../base/bytes.ts';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { BLOCK_FILE } from '../engine/disk/blocks/block-file.ts';
import { continueLedger, type Continued } from '../engine/disk/continue-ledger.ts';
import { hasLedger } from '../engine/disk/create-ledger.ts';
import type { LedgerDisk } from '../engine/disk/ledger-disk.ts';
import { PREVIOUS_LEDGER_FILE } from '../engine/disk/trust/previous-ledger.ts';
import { encodeConsensusSeal } from '../ledger/block/seal.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../ledger/genesis/genesis.ts';
import { decodeMember, memberStateKey } from '../ledger/membership/state.ts';
import { organisationErrors } from './errors.ts';
import { writeWhole } from './files.ts';
import { GENESIS_FILE } from './home-file.ts';
import { readNetworkFile } from './network-file.ts';
import { readGenesisFile } from './open-ledger.ts';

export interface Imported extends Continued {
  readonly organisations: readonly string[];
}

const LEDGER_FOLDER = 'ledger';

/**
 * `file`: what `ledger export` wrote. The network must not have run yet. Members of the old ledger stay members; those of the new network that are not
 * among them are admitted. `organisation.no-network`, `organisation.exists`, `ledger.bad-genesis`, `ledger.member-exists` (a member under that id has
 * other keys), and what opening a ledger says about the file.
 */
export async function importIntoNetwork(file: string, directory: string): Promise<Result<Imported>> {
  const network = await readNetworkFile(directory);
  if (!network.ok) return network;
  const { chainId, organisations } = network.value;
  const homes = organisations.map(({ home }) => join(directory, home));
  const geneses: Genesis[] = [];
  for (const home of homes) {
    if (hasLedger(join(home, LEDGER_FOLDER)))
      return fail(codedError(organisationErrors, 'organisation.exists', { message: `There is a ledger in ${home} already: the network has run.` }));
    const genesis = await readGenesisFile(home, chainId);
    if (!genesis.ok) return genesis;
    geneses.push(genesis.value);
  }
  const [template] = geneses;
  const hashOf = (genesis: Genesis): Uint8Array => genesisHash(encodeGenesis(genesis));
  if (!template || !geneses.every((genesis) => equalBytes(hashOf(genesis), hashOf(template))))
    return fail(codedError(organisationErrors, 'organisation.incomplete', { message: 'The homes have different geneses.' }));

  const first = join(homes[0]!, LEDGER_FOLDER);
  const continued = await continueLedger({
    from: file,
    directory: first,
    genesis: async (previous, old) => ({ ...template, previous, members: await newMembers(template, old) }),
    seal: () => encodeConsensusSeal(0),
  });
  if (!continued.ok) {
    await rm(first, { recursive: true, force: true });
    return continued;
  }
  const genesis = encodeGenesis(continued.value.genesis);
  for (const home of homes.slice(1)) {
    await mkdir(join(home, LEDGER_FOLDER), { recursive: true, mode: 0o700 });
    for (const name of [BLOCK_FILE, PREVIOUS_LEDGER_FILE].filter((one) => existsSync(join(first, one))))
      await copyFile(join(first, name), join(home, LEDGER_FOLDER, name));
  }
  for (const home of homes) await writeWhole(join(home, GENESIS_FILE), genesis);
  return ok({ ...continued.value, organisations: organisations.map(({ id }) => id) });
}

/** A member that is carried over with the same key is there already. */
async function newMembers({ members }: Genesis, old: LedgerDisk): Promise<Genesis['members']> {
  const admitted: Genesis['members'][number][] = [];
  for (const member of members) {
    const carried = await old.get(memberStateKey(member.org));
    const known = carried && decodeMember(carried);
    if (!known?.ok || !equalBytes(known.value.signingKey, member.signingKey)) admitted.push(member);
  }
  return admitted;
}
