/** What somebody new may type: each answer has a code and names the next step, and nothing is made that would be in the way of the right command. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeCbor } from '../../src/base/cbor.ts';
import { unwrap } from '../../src/base/result.ts';
import { encodeGenesis } from '../../src/ledger/genesis/genesis.ts';
import { createNetwork } from '../../src/organisation/create-network.ts';
import { genesis, temporaryFolder } from '../support/ledger.ts';
import { makeEntryReceipt } from '../support/receipts.ts';

const program = new URL('../../src/cli/main.ts', import.meta.url).pathname;
const folder = temporaryFolder();
let before: readonly string[];

beforeAll(async () => {
  const organisations = ['north', 'south'].map((id) => ({ id, name: `The ${id}`, kind: 'hospital' as const, host: '127.0.0.1' }));
  const directory = join(folder.path, 'net');
  unwrap(await createNetwork({ directory, network: 'Test network', organisations, basePort: 13_900, ledgerOnly: true }));
  writeFileSync(join(folder.path, 'text'), 'not what it should be');
  const { receipt } = makeEntryReceipt({ entries: 3, entry: 1, transactions: 5, transaction: 2 });
  const files = {
    empty: '',
    'genesis.json': '{"chainId":"test-ledger"}',
    'genesis.cbor': encodeGenesis(genesis),
    'cut-off.cbor': receipt.subarray(0, -1),
    'other.cbor': encodeCbor(['something', 'else']),
    'receipt.cbor': receipt,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder.path, name), content);
  mkdirSync(join(folder.path, 'full'));
  writeFileSync(join(folder.path, 'full', 'other'), '');
  before = names();
});
afterAll(() => folder[Symbol.dispose]());

const names = (): readonly string[] => readdirSync(folder.path, { recursive: true, encoding: 'utf8' }).toSorted();
/** A member that does not answer: asked last of all. */
const from = ['--from', 'http://127.0.0.1:9'];
const join_ = ['network', 'join', '--home', 'new', '--organisation', 'e'];

it.concurrent.each([
  ['network up', 'organisation.no-network', /no network in .*careledger-network/, /network create/],
  ['network up --home text', 'organisation.no-network', /no network/, /network create/],
  ['network status --home full', 'organisation.no-network', /no network/, /network create/],
  ['network create', 'organisation.option', /--organisations/, /network create --help/],
  ['network create --home new --organisations a,b --names ,', 'organisation.option', /"" is not a name/, /--help/],
  ['network create --home new --organisations a --network=', 'organisation.option', /"" is not a name/, /--help/],
  ['network create --home full --organisations a', 'organisation.exists', /not empty/, /new or empty/],
  ['network create --home net --organisations a', 'organisation.exists', /another network/, /new or empty/],
  ['network create --home /proc/x --organisations a', 'organisation.exists', /\/proc\/x cannot be made/, /new or empty/],
  ['start --data /proc/x/y', 'sandbox.data-read-only', /\/proc\/x\/y cannot be written to/, /--data DIR|CARELEDGER_DATA|permission/],
  ['network join --organisation e --from http://127.0.0.1:9', 'organisation.option', /--home is missing/, /network join --help/],
  [[...join_.slice(0, -1), 'E', ...from], 'organisation.option', /"E" is not an id/, /--help/],
  [[...join_], 'organisation.option', /--from is missing/, /network join --help/],
  [[...join_, '--from', 'member'], 'organisation.option', /"member" is not a URL/, /--help/],
  [[...join_, ...from, '--host', 'a b'], 'organisation.option', /"a b" is not a host/, /--help/],
  [[...join_, ...from, '--genesis-hash', 'abc'], 'organisation.option', /64 hexadecimal digits/, /--help/],
  [[...join_, ...from], 'organisation.no-introduction', /127\.0\.0\.1:9: fetch failed \(.+\)/, /Check the URL/],
  [['network', 'join', '--home', 'net', '--organisation', 'e', ...from], 'organisation.exists', /not empty/, /--home DIR/],
  [['network', 'join', '--home', 'text', '--organisation', 'e', ...from], 'organisation.exists', /not a directory/, /--home DIR/],
  ['node start', 'cli.usage', /--home DIR is missing/, /node start --help/],
  ['node start --home none', 'organisation.no-home', /no home/, /network create/],
  ['node start --home net', 'organisation.no-home', /no home/, /homes are: .*net\/north, .*net\/south/],
  ['node stop', 'cli.usage', /no command "node stop"/, /node start/],
  ['governance show', 'cli.usage', /number of a proposal/, /governance --help/],
  ['governance propose', 'cli.usage', /what to propose/, /governance --help/],
  ['governance propose suspend', 'cli.usage', /which organisation/, /governance --help/],
  ['governance rotate-keys none.json --home net/north', 'cli.no-file', /no file none\.json/, /path/],
  ['governance list --home net', 'organisation.no-home', /no home/, /homes are: .*net\/north/],
  ['governance vote 1 approve --home net/north', 'cli.not-running', /not running/, /node start --home/],
  ['governance keys --new new --org Bad --name N --kind hospital', 'organisation.option', /"Bad" is not an id/, /governance --help/],
  ['governance keys --new new --org good --name= --kind hospital', 'organisation.option', /not a name/, /governance --help/],
  ['governance keys --new /proc/x --org good --name N --kind hospital', 'vault.no-root-key', /./, /./],
  ['governance keys --new text --org good --name N --kind hospital', 'cli.usage', /not a directory/, /governance --help/],
  ['ledger export', 'cli.usage', /--out FILE/, /ledger export --help/],
  ['ledger export --out x --home net', 'organisation.no-home', /no home/, /net\/north/],
  ['ledger export --out x --home net/north', 'engine.no-ledger', /no ledger/, /--home DIR/],
  ['ledger prune --keep 5', 'engine.no-ledger', /no ledger/, /--data DIR/],
  ['ledger prune --home net/north', 'cli.usage', /--keep N/, /ledger prune --help/],
  ['ledger import none --home net', 'cli.no-file', /no file/, /path/],
  ['ledger import text --home net', 'engine.block-corrupted', /damaged/, /ledger export/],
  ['ledger import text --home none', 'organisation.no-network', /no network/, /network create/],
  ['witness key', 'cli.usage', /--data DIR/, /witness --help/],
  ['witness start --data new', 'cli.usage', /--log KEYS/, /witness --help/],
  ['witness start --data new --log nonsense', 'cli.usage', /"nonsense" is not the verifier key/, /witness --help/],
  [['witness', 'key', '--data', 'new', '--name', 'a b'], 'cli.usage', /no spaces/, /witness --help/],
  ['witness key --data /proc/x', 'cli.no-file', /\/proc\/x cannot be the directory of a witness/, /path/],
  ['witness key --data text', 'cli.no-file', /text cannot be the directory of a witness/, /path/],
  ['verify', 'cli.usage', /which file/, /--help/],
  ['verify none', 'cli.no-file', /none cannot be read/, /path/],
  ['verify text', 'cli.not-evidence', /text is no receipt.*: Not a signed note: no blank line/, /fetched again/],
  ['verify empty', 'cli.not-evidence', /empty is no receipt.*: it is empty/, /path/],
  ['verify genesis.json', 'cli.not-evidence', /it is JSON; a genesis .*--trust FILE/, /path/],
  ['verify genesis.cbor', 'cli.not-evidence', /it is a genesis.*--trust FILE/, /path/],
  ['verify cut-off.cbor', 'cli.not-evidence', /the bytes end too early/, /fetched again/],
  ['verify other.cbor', 'cli.not-evidence', /it is CBOR of another kind/, /path/],
  ['verify receipt.cbor', 'cli.no-trust', /no genesis/, /--trust FILE/],
  ['trust', 'cli.usage', /--out/, /trust --help/],
  ['trust --out new --url ftp://x', 'cli.usage', /not a URL/, /trust --help/],
  ['trust --out new --url http://127.0.0.1:9', 'cli.not-running', /Nothing answers/, /--url/],
  ['trust --out new --url http://127.0.0.1:9 --genesis none', 'cli.no-file', /none cannot be read/, /path/],
  ['receipt', 'cli.usage', /which record/, /receipt --help/],
  ['receipt Patient/1 --org x --out new', 'cli.not-running', /No sandbox is running/, /npm start/],
  ['receipt --grant abc --out new', 'cli.usage', /64 hexadecimal digits/, /receipt --help/],
] as const)('%s: %s', async (line, code, message, hint) => {
  const args = typeof line === 'string' ? line.split(' ') : line;
  const env = { ...process.env };
  delete env['CARELEDGER_DATA'];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], { cwd: folder.path, env, timeout: 60_000 }).then(
    () => expect.unreachable('it was accepted'),
    (cause: { stdout: string }) => cause,
  );
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) },
  });
});

it('nothing is left of any of them', () => expect(names()).toEqual(before));

it('an export of an earlier pre-release is told from a damaged one, before anybody is asked for a genesis', async () => {
  writeFileSync(join(folder.path, 'earlier.clx'), 'careledger/blk/1 and frames');
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'verify', 'earlier.clx', '--json'], { cwd: folder.path }).then(
    () => expect.unreachable('it holds'),
    (cause: { stdout: string }) => cause,
  );
  expect(JSON.parse(stdout)).toMatchObject({ holds: false, kind: 'ledger-export', findings: [{ code: 'ledger.old-genesis' }] });
});
