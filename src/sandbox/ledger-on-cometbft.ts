import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ed25519PublicKey } from '#ed25519';
import { codedError } from '../base/errors.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { CometLedger } from '../engine/cometbft/comet-ledger.ts';
import { cometbftErrors } from '../engine/cometbft/errors.ts';
import { nodeIdOf } from '../engine/cometbft/home/keys.ts';
import { openCometLedger } from '../engine/cometbft/open.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import { encodeGenesis, type Genesis } from '../ledger/genesis/genesis.ts';
import { sandboxGenesis } from './ledger-genesis.ts';
import type { Member, SandboxLedger, SandboxLedgerParts } from './ledger-parts.ts';

const POWER = 10;

const validatorSeed = ({ keys }: Member): Uint8Array => keys.derive('consensus-validator');
const machineSeed = ({ keys }: Member): Uint8Array => keys.derive('consensus-machine');

/** Every organisation is a validator: an engine process and a ledger on disk for each. */
export async function openCometSandboxLedger(
  parts: SandboxLedgerParts,
  directoryOf: (organisation: string) => string,
): Promise<Result<SandboxLedger>> {
  const { members, cometbft, host, consensusPorts, note, onError } = parts;
  if (cometbft === undefined) return fail(codedError(cometbftErrors, 'cometbft.missing'));
  const genesis = await openGenesis(join(dirname(directoryOf(members[0]!.organisation.id)), 'genesis.cbor'), parts);
  if (!genesis.ok) return genesis;
  const addresses = members.map((member, at) => `${nodeIdOf(ed25519PublicKey(machineSeed(member)))}@${host}:${consensusPorts[at]}`);
  const organisations = new Map(addresses.map((address, at) => [address.split('@', 1)[0]!, members[at]!.organisation.id]));
  const ledgers = new Map<string, CometLedger>();
  const close = async (): Promise<void> => void (await Promise.all([...ledgers.values()].map((ledger) => ledger.close())));

  for (const [at, member] of members.entries()) {
    const { id } = member.organisation;
    const opened = await openCometLedger({
      directory: directoryOf(id),
      program: cometbft,
      genesis: genesis.value,
      validatorSeed: validatorSeed(member),
      nodeSeed: machineSeed(member),
      issuerSeed: member.keys.ledgerSeed,
      organisationOfPeer: (node) => organisations.get(node),
      settings: { moniker: id, listen: `${host}:${consensusPorts[at]}`, peers: addresses.filter((_, other) => other !== at) },
      ...(parts.retain ? { retain: parts.retain, askBeforePruning: 1 } : {}),
      // That it runs is no news here; that it ended is.
      note: (line) => void (line.startsWith('CometBFT runs') || note(`${id}: ${line}`)),
      onError: onError(id),
    });
    if (!opened.ok) {
      await close();
      return opened;
    }
    ledgers.set(id, opened.value);
  }
  return ok({
    hub: ledgers.get(members[0]!.organisation.id)!,
    of: (organisation) => ledgers.get(organisation)!,
    ready: async (signal) => void (await Promise.all([...ledgers.values()].map((ledger) => ledger.current(signal)))),
    close,
  });
}

/** Kept beside the ledgers: should the first start be broken off, the next one makes the rest of them from the same. */
async function openGenesis(path: string, { network, members }: SandboxLedgerParts): Promise<Result<Genesis>> {
  const found = await readFile(path).catch(() => undefined);
  if (found) return decodeGenesis(new Uint8Array(found));
  const validators = members.map((member) => ({ org: member.organisation.id, key: ed25519PublicKey(validatorSeed(member)), power: POWER }));
  const genesis = sandboxGenesis(network, members, { engine: 'cometbft', proposer: new Uint8Array(0), validators });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  await file.writeFile(encodeGenesis(genesis));
  await file.sync().finally(() => file.close());
  await rename(draft, path);
  return ok(genesis);
}
