/** Receipts at a log of a hundred million transactions (a simulated tree): how large they are, and what verifying one costs here and in Chromium. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { toHex } from '../../src/base/bytes.ts';
import { unwrap } from '../../src/base/result.ts';
import { attestCommit } from '../../src/ledger/attestation/cometbft-attestation.ts';
import { knownSet } from '../../src/ledger/attestation/trust.ts';
import { appHash } from '../../src/ledger/block/header.ts';
import { verifyEntryReceipt } from '../../src/ledger/verify/entry.ts';
import { consensusBlock, signers } from '../../test/support/consensus.ts';
import { chainId, makeEntryReceipt, otherSeed, trust as nodeTrust, type Twist } from '../../test/support/receipts.ts';
import { printFigure, quantile } from '../figure.ts';
import type { BrowserQuestion } from './verify-in-browser.ts';

const HUNDRED_MILLION = 100_000_000;
const RECEIPTS = 40;
const VALIDATORS = signers({ a: 10, b: 10, c: 10, d: 10 });

const byValidators: Twist = {
  attest: (hash, { height, time }) =>
    unwrap(attestCommit(consensusBlock({ height: height + 1, signers: VALIDATORS, appHash: appHash(hash), time, absent: [3] }))),
  coseSeed: otherSeed,
};
const validators = VALIDATORS.map(({ key, power }) => ({ key, power }));
const kinds = {
  'attested by one node': { twist: {}, trust: nodeTrust },
  'attested by four validators': { twist: byValidators, trust: { chainId, validators: [knownSet(1, validators)] } },
} as const;

for (const [kind, { twist, trust }] of Object.entries(kinds)) {
  const made = Array.from({ length: RECEIPTS }, (_, i) => {
    const transactions = HUNDRED_MILLION - 7_654_321 + i * 59_929;
    return makeEntryReceipt({ entries: 400, entry: (i * 37) % 400, transactions, transaction: transactions - 1 - (i % 5) }, twist);
  });
  const first = makeEntryReceipt({ entries: 400, entry: 0, transactions: HUNDRED_MILLION, transaction: 0 }, twist);
  const sizes = made.map(({ receipt }) => receipt.length);
  printFigure({ name: `entry receipt at 100 M transactions, ${kind}, as nodes make it, median`, unit: 'bytes', ours: quantile(sizes, 0.5) });
  printFigure({ name: `entry receipt at 100 M transactions, ${kind}, longest path`, unit: 'bytes', ours: first.receipt.length });

  let verified = 0;
  const from = performance.now();
  while (performance.now() - from < 3_000) {
    const { receipt, content } = made[verified % RECEIPTS]!;
    if (verifyEntryReceipt(receipt, { content, trust }).verdict !== 'held') throw new Error('a receipt does not hold');
    verified++;
  }
  printFigure({
    name: `verification of an entry receipt, ${kind}, Node.js, one thread`,
    unit: 'receipts/s',
    ours: verified / ((performance.now() - from) / 1_000),
  });

  const inBrowser = await verifyInChromium({
    receipts: made.map(({ receipt, content }) => ({ receipt: toHex(receipt), content: toHex(content) })),
    chainId,
    ...('nodeKey' in trust ? { nodeKey: toHex(trust.nodeKey) } : { validators: validators.map(({ key, power }) => ({ key: toHex(key), power })) }),
  });
  if (!inBrowser) continue;
  printFigure({ name: `verification of an entry receipt, ${kind}, Chromium, the first of a page`, unit: 'ms', ours: inBrowser[0]! });
  printFigure({ name: `verification of an entry receipt, ${kind}, Chromium, warm, median`, unit: 'ms', ours: quantile(inBrowser.slice(10), 0.5) });
}

/** Milliseconds of each, in order, in a fresh page. */
async function verifyInChromium(question: BrowserQuestion): Promise<readonly number[] | undefined> {
  const executablePath = process.env['CARELEDGER_CHROMIUM'] ?? '/usr/bin/chromium';
  const folder = mkdtempSync(join(tmpdir(), 'careledger-bench-'));
  try {
    await build({
      configFile: false,
      root: join(import.meta.dirname, '../..'),
      logLevel: 'error',
      build: {
        outDir: folder,
        lib: { entry: join(import.meta.dirname, 'verify-in-browser.ts'), name: 'bench', formats: ['iife'], fileName: () => 'bench.js' },
      },
    });
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.addScriptTag({ content: readFileSync(join(folder, 'bench.js'), 'utf8') });
    const times = await page.evaluate(
      (asked) => (globalThis as unknown as { verifyAll: (q: unknown) => number[] }).verifyAll(asked),
      question as unknown,
    );
    await browser.close();
    return times;
  } catch (cause) {
    process.stderr.write(`Chromium is not measured: ${(cause as Error).message.split('\n', 1)[0]}\n`);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
