/**
 * A CometBFT home: keys, genesis and settings in `config/`, and what the engine itself keeps in `data/`. Everything in `config/` follows
 * from what is handed in and is written at every start; of `data/` only the validator's last signature is made, and only when it is absent.
 */
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { configFile, type EngineSettings } from './config-file.ts';
import { genesisFile, type ConsensusGenesis } from './genesis-file.ts';
import { freshValidatorState, nodeKeyFile, validatorKeyFile } from './keys.ts';

export interface HomeContents {
  readonly genesis: ConsensusGenesis;
  readonly settings: EngineSettings;
  /** 32-byte Ed25519 seeds: of the validator (also for a node that is not one yet), and of the machine among its peers. */
  readonly validatorSeed: Uint8Array;
  readonly nodeSeed: Uint8Array;
}

const VALIDATOR_STATE = 'priv_validator_state.json';

/** Whether the engine has kept anything here. */
export async function hasEngineData(home: string): Promise<boolean> {
  const found = await readdir(join(home, 'data')).catch(() => []);
  return found.some((name) => name.endsWith('.db'));
}

/** Whole or not at all, and only when it differs. */
async function put(path: string, text: string, mode: number): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode, flush: true });
  await rename(draft, path);
}

export async function writeHome(home: string, { genesis, settings, validatorSeed, nodeSeed }: HomeContents): Promise<void> {
  const config = join(home, 'config');
  const data = join(home, 'data');
  for (const folder of [config, data]) await mkdir(folder, { recursive: true, mode: 0o700 });
  await put(join(config, 'genesis.json'), genesisFile(genesis), 0o600);
  await put(join(config, 'node_key.json'), nodeKeyFile(nodeSeed), 0o600);
  await put(join(config, 'priv_validator_key.json'), validatorKeyFile(validatorSeed), 0o600);
  await put(join(config, 'config.toml'), configFile(settings), 0o600);
  if (!existsSync(join(data, VALIDATOR_STATE))) await put(join(data, VALIDATOR_STATE), freshValidatorState(), 0o600);
  const folder = await open(data, 'r');
  await folder.sync().finally(() => folder.close());
}
