/** The built portal: a shell of at most 100 kB, nothing inline, and the browser's own variants of hashing and signatures in the worker. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../..');
const SHELL_LIMIT_BYTES = 100_000;

describe('the built portal', () => {
  const out = mkdtempSync(path.join(os.tmpdir(), 'careledger-web-'));
  const read = (name: string): string => readFileSync(path.join(out, name), 'utf8');
  let assets: readonly string[] = [];
  let page = '';

  beforeAll(() => {
    execFileSync(
      process.execPath,
      [
        path.join(root, 'node_modules/vite/bin/vite.js'),
        'build',
        '--config',
        path.join(root, 'src/web/vite.config.ts'),
        '--outDir',
        out,
        '--emptyOutDir',
        '--logLevel',
        'error',
      ],
      { cwd: root },
    );
    assets = readdirSync(path.join(out, 'assets'));
    page = read('index.html');
  }, 120_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('needs at most 100 kB before a desk is opened: page, styles and scripts, as they are sent', () => {
    const parts = ['index.html', ...[...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1]!)];
    expect(parts.length).toBeGreaterThan(2);
    const sizes = parts.map((part) => ({ part, bytes: statSync(path.join(out, `${part}.br`)).size }));
    const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`shell: ${total} bytes`);
    expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(SHELL_LIMIT_BYTES);
  });

  it('has no inline script or style: the content security policy of the nodes allows none', () => {
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(page).not.toMatch(/<style|\sstyle=/);
  });

  it('the worker is the ledger core with the web variants, and reaches for nothing else', () => {
    const worker = read(`assets/${assets.find((name) => name.startsWith('worker') && name.endsWith('.js'))!}`);
    expect(worker).toContain('careledger/commitment/1');
    expect(worker).not.toMatch(/node:|fetch\(|XMLHttpRequest|importScripts/);
  });

  it('every text file is there compressed as well', () => {
    const text = assets.filter((name) => /\.(js|css)$/.test(name));
    expect(text.length).toBeGreaterThan(20);
    for (const name of text) expect(assets).toEqual(expect.arrayContaining([`${name}.br`, `${name}.gz`]));
  });
});
