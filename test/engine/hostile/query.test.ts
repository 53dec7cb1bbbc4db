/** Query, asked by somebody who means no good: an answer or a code, whatever is asked, and a ledger that stays as it is. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { memberListStateKey } from '../../../src/ledger/membership/state.ts';
import { drivenLedger } from '../../support/abci-driver/ledger.ts';
import { openGrant, temporaryFolder, transactionOf } from '../../support/ledger.ts';
import { randomOf } from '../../support/random.ts';

const SEED = 20_261_123;
const PATHS = [
  'head',
  'state',
  'receipt',
  'transaction',
  '/state',
  '//state',
  'state/',
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'store',
  '/p2p/filter/addr/1',
  '../head',
];
const HEIGHTS = [0n, 1n, 2n, 3n, -1n, 1_000_000n, 2n ** 53n, 2n ** 62n, -(2n ** 62n)];

it(`answers 4,000 hostile queries with a value or a code (seed ${SEED})`, async () => {
  using folder = temporaryFolder();
  const { driver, disk, close } = await drivenLedger(join(folder.path, 'ledger'));
  const transactions = [openGrant(), openGrant()].map((grant) => transactionOf('hospital', [grant]));
  for (const transaction of transactions) await driver.block({ transactions: [transaction] });
  const head = disk.head();
  const random = randomOf('query', SEED);
  const datas = [
    () => new Uint8Array(0),
    () => memberListStateKey,
    () => utf8('0'),
    () => utf8(random.pick(['1', '-1', '1e3', '999999999999999', '00', '0x1', ' 0', '٣', '9'.repeat(300)])),
    () => random.bytes(random.pick([1, 31, 32, 33, 255, 256, 257, 5_000])),
    () => new Uint8Array(16).fill(0xff),
  ];
  const codes = new Map<string, number>();
  for (let i = 0; i < 4_000; i++) {
    const path = random.once(10) ? String.fromCharCode(...random.bytes(20)) : random.pick(PATHS);
    const answer = await driver.query(path, random.pick(datas)(), { height: random.pick(HEIGHTS), prove: random.once(2) });
    const code = answer.code === 0 ? 'answered' : answer.codespace;
    expect(code, path).toMatch(/^(answered|cometbft\.bad-query|engine\.(height-unknown|height-pruned|unknown-transaction))$/);
    if (answer.code !== 0) expect(answer.value).toHaveLength(0);
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  expect(codes.get('answered')).toBeGreaterThan(100);
  expect(codes.size).toBeGreaterThan(3);
  expect(disk.head()).toEqual(head);
  expect((await driver.block({ transactions: [transactionOf('clinic', [openGrant()])] }))!.results[0]!.code).toBe(0);
  driver.stop();
  await close();
});
