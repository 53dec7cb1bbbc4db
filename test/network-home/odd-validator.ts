/**
 * An organisation that does not keep to the rules, in a process of its own: `odd-validator.ts HOME liar` answers its engine another app hash just
 * before it is its turn to propose; `odd-validator.ts HOME twin` signs with the keys of the home, from another machine. Prints `ready`.
 */
import { createHash } from 'node:crypto';
import { ed25519PublicKey } from '#ed25519';
import { equalBytes } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import type { AbciApplication } from '../../src/engine/abci/application.ts';
import { addressOf } from '../../src/ledger/light/validator-set.ts';
import { readHomeFile } from '../../src/organisation/home-file.ts';
import { serveLedgerOnly } from '../../src/organisation/ledger-only.ts';
import { openOrganisationLedger } from '../../src/organisation/open-ledger.ts';
import { openNodeKeys } from '../../src/organisation/organisation-seeds.ts';
import { writeRunFile } from '../../src/organisation/run-file.ts';

const [home = '', way = ''] = process.argv.slice(2);
const file = unwrap(await readHomeFile(home));
const keys = unwrap(await openNodeKeys(home, file.organisation.id, false));
const own = addressOf(ed25519PublicKey(keys.validatorSeed));
const validators = file.peers.length + 1;

/** With equal power everybody proposes in turn. */
function liar(honest: AbciApplication): AbciApplication {
  let lastOwn = 0;
  return {
    ...honest,
    async finalizeBlock(request) {
      const answer = await honest.finalizeBlock(request);
      const height = Number(request.height);
      if (equalBytes(request.proposerAddress, own)) lastOwn = height;
      if (lastOwn === 0 || height !== lastOwn + validators - 1) return answer;
      return { ...answer, appHash: createHash('sha256').update('something else').digest() };
    },
  };
}

const note = (line: string): void => void process.stderr.write(`${file.organisation.id}: ${line}\n`);
const onError = (cause: unknown): void => note((cause as Error).stack ?? String(cause));
const ledger = unwrap(
  await openOrganisationLedger({
    home,
    file,
    keys,
    program: process.env['CARELEDGER_COMETBFT'],
    fromSnapshot: false,
    signal: new AbortController().signal,
    note,
    onError,
    onFinal: (error) => note(`final: ${error.code}`),
    engine: way === 'liar' ? { wrapApplication: ({ abci }) => liar(abci) } : { nodeSeed: keys.keys.derive('another machine') },
  }),
);
const parts = { home, witnessDirectory: `${home}/witness`, webDirectory: '/nowhere', version: '0', now: Date.now };
const served = unwrap(await serveLedgerOnly({ file, keys, ledger, ...parts, onError }));
await writeRunFile(home, file.url, file.url);
process.stdout.write(`Careledger organisation ${file.organisation.id} is ready: ${file.url}\n`);
await new Promise((resolve) => process.once('SIGTERM', resolve));
await served.close();
await ledger.close();
