// `npm test`: everything that a change must pass. `--quick` (npm run check): types, lint and unit tests only. `--crash`: the long
// crash test (npm run test:crash). Further arguments go to vitest, e.g. `npm test -- test/ledger`.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './lib/install.mjs';
import { collect, standInFor } from './lib/processes.mjs';
import { findNode } from './lib/runtime.mjs';
import { elapsedSeconds, run, say } from './lib/terminal.mjs';
import { ensureTools } from './lib/tools.mjs';
import { ensureWebBuilt } from './lib/web-build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const quick = args.includes('--quick');
const crash = args.includes('--crash');
const chosen = args.filter((arg) => arg !== '--quick' && arg !== '--crash');
const strict = Boolean(process.env.CI) && process.env.CI !== 'false';

const tool = (name) => path.join(root, 'node_modules', ...name.split('/'));

/** Static checks: name, arguments after the runtime. Each counts as one test. */
const checks = [
  ['types', [tool('typescript/bin/tsc'), '-p', 'tsconfig.json']],
  ...(fs.existsSync(path.join(root, 'src/web/tsconfig.json'))
    ? [['types of the portal', [tool('typescript/bin/tsc'), '-p', 'src/web/tsconfig.json']]]
    : []),
  ['lint', [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings']],
  ['format', [tool('oxfmt/bin/oxfmt'), '--check', '.']],
  ...(quick ? [] : [['unused code', [tool('knip/bin/knip.js')]]]),
];

async function runChecks(node, env) {
  let failed = 0;
  for (const [name, check] of checks) {
    const { code, output } = await collect(node, check, { cwd: root, env });
    say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${elapsedSeconds()} s)`);
    if (code !== 0) {
      failed++;
      say(output.trim().split('\n').slice(0, 200).join('\n'));
    }
  }
  return { passed: checks.length - failed, failed, skipped: 0 };
}

/** Runs vitest and reads its counts; a run that broke before counting is a failure. */
async function runVitest(node, env) {
  const report = path.join(root, 'test-results/vitest.json');
  fs.rmSync(report, { force: true });
  const projects = crash ? ['--project', 'long'] : quick ? ['--project', 'unit'] : ['--project', 'unit', '--project', 'system'];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await standInFor(node, [tool('vitest/vitest.mjs'), 'run', ...projects, ...reporters, ...chosen], { cwd: root, env });
  if (!fs.existsSync(report)) return { passed: 0, failed: 1, skipped: 0, reasons: [] };
  const counts = JSON.parse(fs.readFileSync(report, 'utf8'));
  const skipped = counts.numPendingTests + counts.numTodoTests;
  // A file that does not even load has no failed test: the exit code still says so.
  const failed = Math.max(counts.numFailedTests, code === 0 ? 0 : 1);
  const names = counts.testResults.flatMap((file) =>
    file.assertionResults.filter((one) => one.status !== 'passed' && one.status !== 'failed').map((one) => one.fullName),
  );
  return { passed: counts.numPassedTests, failed, skipped, names };
}

await run(async () => {
  await ensureInstalled(root);
  const node = findNode(root);
  const tools = quick ? { env: {}, missing: [] } : await ensureTools(root);
  const env = { ...process.env, ...tools.env, PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}` };
  for (const name of tools.missing) say(`${strict ? 'MISSING' : 'skipped'}: ${name}`);
  if (!quick) await ensureWebBuilt(root, node);

  const statics = chosen.length > 0 || crash ? { passed: 0, failed: 0, skipped: 0 } : await runChecks(node, env);
  const tests = await runVitest(node, env);
  for (const name of (tests.names ?? []).slice(0, 100)) say(`skipped: ${name}`);

  const absent = tools.missing.length;
  const passed = statics.passed + tests.passed;
  const failed = statics.failed + tests.failed + (strict ? absent : 0);
  const skipped = statics.skipped + tests.skipped + (strict ? 0 : absent);
  say(`(${elapsedSeconds()} s)`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed === 0 ? 0 : 1;
});
