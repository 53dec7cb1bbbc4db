/** `docs/errors.md` lists every declared error; `npm test -- test/docs -u` writes it anew. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { declaredErrors } from '../../src/base/errors.ts';

const root = path.join(import.meta.dirname, '../..');
const declaring = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('web/') && /= defineErrors\(/.test(readFileSync(path.join(root, 'src', file), 'utf8')),
);

const INTRO = `# Errors

Every error has a stable code, a message and a next step. Codes begin with the layer that declares them. At HTTP interfaces an error
becomes the status below: an OperationOutcome at \`/fhir\` (\`issue.code\` as below), problem details (RFC 9457) elsewhere. On the command
line it ends the command with exit code 1 (2 when the command itself was not understood). This page is made from the catalogues in \`src\`.
`;

function page(): string {
  const byLayer = Map.groupBy(
    [...declaredErrors()].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ([code]) => code.split('.')[0]!,
  );
  const sections = [...byLayer].map(([layer, errors]) => {
    const rows = errors.map(
      ([code, { status, issue, message, hint }]) =>
        `| \`${code}\` | ${status} | ${issue} | ${message.replaceAll('|', '\\|')} | ${hint.replaceAll('|', '\\|')} |`,
    );
    return `## ${layer}\n\n| code | HTTP | issue | what happened | what to do |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return [INTRO, ...sections].join('\n');
}

test('docs/errors.md lists every declared error as it is declared', async () => {
  expect(declaring.length).toBeGreaterThan(8);
  for (const file of declaring) await import(path.join(root, 'src', file));
  expect(declaredErrors().size).toBeGreaterThan(60);
  await expect(page()).toMatchFileSnapshot(path.join(root, 'docs/errors.md'));
});

test('every code is known to HTTP and says what to do', async () => {
  for (const file of declaring) await import(path.join(root, 'src', file));
  for (const [code, { status, hint, message }] of declaredErrors()) {
    expect(code).toMatch(/^[a-z0-9]+(\.[a-z0-9-]+)+$/);
    expect(status, code).toBeGreaterThanOrEqual(400);
    expect(status, code).toBeLessThan(600);
    expect(hint.trim(), code).not.toBe('');
    expect(message.trim(), code).toMatch(/[.…]$/);
  }
});
