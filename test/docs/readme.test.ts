/** What the documents tell one to type exists: npm scripts, commands with their options, files that are linked. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { commonOptions } from '../../src/cli/help.ts';

const root = path.join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'ARCHITECTURE.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`),
].filter((file) => file.endsWith('.md') && existsSync(path.join(root, file)));
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const commands = new Set(readdirSync(path.join(root, 'src/cli/commands')).map((file) => file.replace('.ts', '')));

const shown = pages.flatMap((page) => {
  const text = readFileSync(path.join(root, page), 'utf8');
  const code = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.split('\n'));
  const inline = [...text.matchAll(/`((?:npm|npx careledger) [^`]+)`/g)].map((match) => match[1]!);
  return [...code, ...inline].map((line) => ({ page, line: line.replace(/\s+#.*$/, '').trim() })).filter(({ line }) => line !== '');
});

describe('the documents', () => {
  test('show commands at all', () => {
    expect(shown.filter(({ line }) => line.includes('npx careledger')).length).toBeGreaterThan(8);
    expect(shown.filter(({ line }) => line.startsWith('npm ')).length).toBeGreaterThan(3);
  });

  test('name npm scripts that exist', () => {
    for (const { page, line } of shown) {
      const name = /^npm (?:run )?([a-z:]+)/.exec(line)?.[1];
      if (name === undefined || ['ci', 'install', 'config', 'cache'].includes(name)) continue;
      expect(Object.keys(scripts), `${page}: ${line}`).toContain(name);
    }
  });

  test('name commands and options that exist', async () => {
    for (const { page, line } of shown) {
      const args = /npx careledger ([^)|]*)/.exec(line)?.[1]?.trim().split(/\s+/);
      if (!args || args[0]!.startsWith('-') || args[0]!.startsWith('<')) continue;
      // A command may have two words: `network up` is in `network-up.ts`.
      const name = [args.slice(0, 2).join('-'), args[0]!].find((one) => commands.has(one));
      expect(name, `${page}: ${line}`).toBeDefined();
      const { command } = (await import(path.join(root, 'src/cli/commands', `${name}.ts`))) as { command: Command };
      for (const option of args.filter((arg) => arg.startsWith('--')))
        expect(Object.keys({ ...command.options, ...commonOptions }), `${page}: ${line}`).toContain(option.slice(2).replace(/[^a-z-].*$/, ''));
    }
  });

  test('link to what is there', () => {
    for (const page of pages) {
      for (const [, target] of readFileSync(path.join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target!)) continue;
        expect(existsSync(path.join(root, path.dirname(page), target!)), `${page} → ${target}`).toBe(true);
      }
    }
  });
});
