/** Receipts at a log of a hundred million transactions (a simulated tree): how large they are, and what verifying one costs here and in Chromium. */
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { attestCommit } from '../../src/ledger/attestation/cometbft-attestation.ts';
import { encodeTrustBundle } from '../../src/ledger/attestation/trust-bundle.ts';
import { knownSet } from '../../src/ledger/attestation/trust.ts';
import { appHash } from '../../src/ledger/block/header.ts';
import { encodeGenesis, genesisHash, type Genesis } from '../../src/ledger/genesis/genesis.ts';
import { MAX_BATCH_ENTRIES } from '../../src/ledger/proofs/batch.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { consensusBlock, signers } from '../../test/support/consensus.ts';
import { genesis as sample, memberOf } from '../../test/support/ledger.ts';
import { chainId, makeEntryReceipt, otherSeed, trust as nodeTrust, type Shape, type Twist } from '../../test/support/receipts.ts';
import { printFigure, quantile } from '../figure.ts';
import { openBrowserBench, type PageOptions } from './verify-in-browser.ts';

const HUNDRED_MILLION = 100_000_000;
const RECEIPTS = 40;
/** Fresh pages, for the first verification of each. */
const PAGES = 12;
const PAGE_RECEIPTS = 20;
const VALIDATORS = signers({ a: 10, b: 10, c: 10, d: 10 });

const byValidators: Twist = {
  attest: (hash, { height, time }) =>
    unwrap(attestCommit(consensusBlock({ height: height + 1, signers: VALIDATORS, appHash: appHash(hash), time, absent: [3] }))),
  coseSeed: otherSeed,
};
const validators = VALIDATORS.map(({ key, power }) => ({ key, power }));
const members = ['a', 'b', 'c', 'd'].map((org) => memberOf(org, 'hospital'));
const nodeGenesis: Genesis = { ...sample, chainId, proposer: nodeTrust.nodeKey };
const validatorsGenesis: Genesis = {
  ...sample,
  chainId,
  engine: 'cometbft',
  proposer: new Uint8Array(0),
  members,
  validators: validators.map((validator, i) => ({ org: members[i]!.org, ...validator })),
};
const kinds = {
  'attested by one node': { twist: {}, trust: nodeTrust, genesis: nodeGenesis },
  'attested by four validators': { twist: byValidators, trust: { chainId, validators: [knownSet(1, validators)] }, genesis: validatorsGenesis },
} as const;
const browser = await openBrowserBench();
if (!browser) process.stderr.write('Chromium is not measured: it is not here (CARELEDGER_CHROMIUM)\n');

for (const [kind, { twist, trust, genesis }] of Object.entries(kinds)) {
  const made = Array.from({ length: RECEIPTS }, (_, i) => {
    const transactions = HUNDRED_MILLION - 7_654_321 + i * 59_929;
    return makeEntryReceipt({ entries: 400, entry: (i * 37) % 400, transactions, transaction: transactions - 1 - (i % 5) }, twist);
  });
  const longest = { entries: 400, entry: 0, transactions: HUNDRED_MILLION, transaction: 0 };
  const sizes = {
    'as nodes make it, median': quantile(
      made.map(({ receipt }) => receipt.length),
      0.5,
    ),
    'longest path in the log, batch of 400': sizeOf(longest, twist),
    'worst case: longest path in the log and in the largest batch (65,536 entries)': sizeOf({ ...longest, entries: MAX_BATCH_ENTRIES }, twist),
    'longest path in the log, batch of 400, anchor among 100 operations (nodes send it alone)': sizeOf({ ...longest, beside: 99 }, twist),
  };
  for (const [which, ours] of Object.entries(sizes))
    printFigure({ name: `entry receipt at 100 M transactions, ${kind}, ${which}`, unit: 'bytes', ours });

  let verified = 0;
  const cpu = process.cpuUsage();
  const from = performance.now();
  while (performance.now() - from < 3_000) {
    const { receipt, content } = made[verified % RECEIPTS]!;
    if (verifyEntryReceipt(receipt, { content, trust }).verdict !== 'held') throw new Error('a receipt does not hold');
    verified++;
  }
  const seconds = (performance.now() - from) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const inNode = `verification of an entry receipt, ${kind}, Node.js`;
  printFigure({ name: `${inNode}, one thread`, unit: 'receipts/s', ours: verified / seconds });
  printFigure({ name: `${inNode}, for each second of CPU`, unit: 'receipts', ours: (verified * 1e6) / (user + system) });

  if (!browser) continue;
  const genesisBytes = encodeGenesis(genesis);
  const questions = {
    receipts: made.slice(0, PAGE_RECEIPTS),
    chainId,
    genesisHash: toHex(genesisHash(genesisBytes)),
    bundle: encodeTrustBundle({ genesis: genesisBytes, changes: [], previous: null }),
  };
  const inChromium = async (which: string, options: PageOptions): Promise<void> => {
    const pages: (readonly number[])[] = [];
    while (pages.length < PAGES) pages.push(await browser.page(questions, options));
    const name = `verification of an entry receipt, ${kind}, Chromium${which}`;
    const firsts = pages.map(([one]) => one!);
    printFigure({ name: `${name}, the first of a page, median`, unit: 'ms', ours: quantile(firsts, 0.5) });
    if (!options.prepared) return;
    printFigure({ name: `${name}, the first of a page, slowest of ${PAGES}`, unit: 'ms', ours: Math.max(...firsts) });
    printFigure({
      name: `${name}, warm, median`,
      unit: 'ms',
      ours: quantile(
        pages.flatMap((times) => times.slice(5)),
        0.5,
      ),
    });
  };
  await inChromium('', { prepared: true, ownEd25519: true });
  await inChromium(' whose worker is started by the question', { prepared: false, ownEd25519: true });
  await inChromium(' without Ed25519 of its own', { prepared: true, ownEd25519: false });
}
await browser?.close();

function sizeOf(shape: Shape, twist: Twist): number {
  return makeEntryReceipt(shape, twist).receipt.length;
}
