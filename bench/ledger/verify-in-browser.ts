/**
 * The portal's own verification in Chromium: its verifier and worker, built as the portal builds them, in pages of their own. What is measured is what somebody
 * waits for, from the question in the page to the report in the page.
 */
import { createServer } from 'node:http';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, type Plugin } from 'vite';
import { toBase64 } from '../../src/base/base64.ts';
import type { Checked, Question } from '../../src/web/proof/messages.ts';

export interface BrowserQuestions {
  readonly receipts: readonly { readonly receipt: Uint8Array; readonly content: Uint8Array }[];
  readonly chainId: string;
  readonly genesisHash: string;
  readonly bundle: Uint8Array;
}

export interface PageOptions {
  /** Whether the worker is started ahead, as the portal does; otherwise the first question starts it. */
  readonly prepared: boolean;
  /** Whether the browser's own Ed25519 may be used; pages that are not a secure context have none. */
  readonly ownEd25519: boolean;
}

export interface BrowserBench {
  /** Milliseconds of every question, in order, in a fresh page. */
  page(questions: BrowserQuestions, options: PageOptions): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** How long a page is left alone before the first question, in both cases: ms. */
const BEFORE_QUESTION_MS = 600;

const entry: Plugin = {
  name: 'bench-entry',
  resolveId: (id) => (id === 'bench' ? '\0bench' : undefined),
  load: (id) =>
    id === '\0bench' ? `import { createVerifier } from '/src/web/proof/verifier.ts'; globalThis.verifier = createVerifier();` : undefined,
};

/** Undefined where there is no Chromium. */
export async function openBrowserBench(): Promise<BrowserBench | undefined> {
  const executablePath = process.env['CARELEDGER_CHROMIUM'] ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'careledger-bench-'));
  await build({
    configFile: false,
    root: join(import.meta.dirname, '../..'),
    logLevel: 'error',
    plugins: [entry],
    worker: { format: 'es' },
    build: {
      outDir: folder,
      target: 'es2024',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: 'bench', output: { entryFileNames: 'bench.js' } },
    },
  });
  const server = createServer((request, response) => {
    const file = join(folder, new URL(request.url ?? '/', 'http://localhost').pathname);
    if (file.endsWith('.js') && existsSync(file)) response.setHeader('content-type', 'text/javascript').end(readFileSync(file));
    else response.setHeader('content-type', 'text/html').end('<!doctype html><title>bench</title><script type="module" src="/bench.js"></script>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--host-resolver-rules=MAP bench.test 127.0.0.1'] });
  return {
    async page({ receipts, ...trust }, { prepared, ownEd25519 }) {
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(`http://${ownEd25519 ? '127.0.0.1' : 'bench.test'}:${port}/`);
        await page.waitForFunction('globalThis.verifier !== undefined');
        return await page.evaluate(askAll, {
          receipts: receipts.map(({ receipt, content }) => ({ receipt: toBase64(receipt), content: toBase64(content) })),
          trust: { ...trust, bundle: toBase64(trust.bundle) },
          prepared,
          wait: BEFORE_QUESTION_MS,
        });
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Asked {
  readonly receipts: readonly { readonly receipt: string; readonly content: string }[];
  readonly trust: { readonly chainId: string; readonly genesisHash: string; readonly bundle: string };
  readonly prepared: boolean;
  readonly wait: number;
}

/** The page's: its types are those of a browser. */
interface Verifier {
  prepare(): void;
  check(question: Question): Promise<Checked>;
}

/** Runs in the page. */
async function askAll({ receipts, trust, prepared, wait }: Asked): Promise<number[]> {
  const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  const { verifier } = globalThis as unknown as { verifier: Verifier };
  if (prepared) verifier.prepare();
  await new Promise((resolve) => setTimeout(resolve, wait));
  const times: number[] = [];
  for (const { receipt, content } of receipts) {
    const question = { receipt: bytes(receipt), content: bytes(content), trust: { ...trust, bundle: bytes(trust.bundle) } };
    const from = performance.now();
    const { verdict } = await verifier.check(question);
    times.push(performance.now() - from);
    if (verdict !== 'held') throw new Error('a receipt does not hold');
  }
  return times;
}
