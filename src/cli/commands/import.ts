/** `careledger import`: FHIR R4 transaction bundles into an organisation, four at a time, each file once. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { codedError } from '../../base/errors.ts';
import { IMPORT_MARK_HEADER } from '../../node/import-marks.ts';
import { CommandError, type Command, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { progressBar } from '../progress.ts';
import { homeOption, nodeOf } from '../node-of.ts';
import { ask, askJson } from '../sandbox-client.ts';

const PARALLEL = 4;

interface Outcome {
  readonly file: string;
  readonly state: 'imported' | 'known' | 'failed';
  readonly resources: number;
  readonly problem?: string;
}

/** JSON files of the given files and directories, in order. */
async function filesOf(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    const about = await stat(name).catch(() => undefined);
    if (!about) throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${name} cannot be read.` }));
    if (!about.isDirectory()) files.push(name);
    else
      files.push(
        ...(await readdir(name))
          .filter((inside) => inside.endsWith('.json'))
          .toSorted()
          .map((inside) => path.join(name, inside)),
      );
  }
  if (files.length === 0)
    throw new CommandError(
      codedError(cliErrors, 'cli.usage', {
        message: 'Say which files to import.',
        hint: 'Example: npx careledger import bundles/*.json --org city-hospital',
      }),
    );
  return files;
}

/** How many entries the bundle has; a sentence when it is none. */
function entriesOf(text: string): number | string {
  let bundle: { resourceType?: unknown; type?: unknown; entry?: unknown };
  try {
    bundle = JSON.parse(text) as typeof bundle;
  } catch (cause) {
    return `not JSON: ${(cause as Error).message}`;
  }
  if (bundle?.resourceType !== 'Bundle' || (bundle.type !== 'transaction' && bundle.type !== 'batch'))
    return 'not a FHIR bundle of type transaction or batch';
  return Array.isArray(bundle.entry) ? bundle.entry.length : 0;
}

function refusal(status: number, text: string): string {
  try {
    const { issue } = JSON.parse(text) as {
      issue?: readonly { diagnostics?: string; details?: { text?: string }; expression?: readonly string[] }[];
    };
    const words = (issue ?? [])
      .slice(0, 3)
      .map((one) => `${one.diagnostics ?? one.details?.text ?? ''}${one.expression ? ` (${one.expression.join(', ')})` : ''}`);
    if (words.length > 0) return words.join('; ');
  } catch {
    // Not an OperationOutcome: the status must do.
  }
  return `the server answered ${status}`;
}

/** Entries of a batch that were refused; a transaction stands or falls whole. */
function refusedEntries(text: string): readonly string[] {
  const { entry } = JSON.parse(text) as { entry?: readonly { response?: { status?: string } }[] };
  return (entry ?? [])
    .map((one, at) => [one.response?.status ?? '', at] as const)
    .filter(([status]) => !status.startsWith('2'))
    .map(([status, at]) => `entry ${at}: ${status}`);
}

async function importOne(file: string, url: string, token: string, signal: AbortSignal): Promise<Outcome> {
  const failed = (problem: string): Outcome => ({ file, state: 'failed', resources: 0, problem });
  const bytes = await readFile(file).catch((cause: Error) => cause);
  if (bytes instanceof Error) return failed(`cannot be read: ${bytes.message}`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { known } = await askJson<{ known: boolean }>(`${url}/node/api/imports/${sha256}`, { token, signal });
  if (known) return { file, state: 'known', resources: 0 };
  const entries = entriesOf(bytes.toString('utf8'));
  if (typeof entries === 'string') return failed(entries);
  const answer = await ask(`${url}/fhir`, {
    method: 'POST',
    token,
    body: new Uint8Array(bytes),
    type: 'application/fhir+json',
    accept: 'application/fhir+json',
    headers: { [IMPORT_MARK_HEADER]: sha256 },
    signal,
  });
  const text = await answer.text();
  if (!answer.ok) return failed(refusal(answer.status, text));
  const refused = refusedEntries(text);
  return refused.length === 0
    ? { file, state: 'imported', resources: entries }
    : { ...failed(refused.slice(0, 5).join('; ')), resources: entries - refused.length };
}

async function run(context: CommandContext): Promise<boolean> {
  const files = await filesOf(context.positionals);
  const organisation = await nodeOf(context, 'system', 'careledger import');
  const { token } = organisation;
  const bar = progressBar(files.length, 'files');
  const outcomes: Outcome[] = [];
  const started = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(PARALLEL, files.length) }, async () => {
      while (next < files.length && !context.signal.aborted) {
        const file = files[next++]!;
        const outcome = await importOne(file, organisation.url, token, context.signal);
        outcomes.push(outcome);
        bar.advance(1, path.basename(file));
      }
    }),
  ).finally(() => bar.end());

  const seconds = (performance.now() - started) / 1000;
  const count = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const resources = outcomes.reduce((sum, outcome) => sum + outcome.resources, 0);
  for (const { file, problem } of outcomes.filter((outcome) => outcome.state === 'failed')) context.note(`${file}: ${problem}`);
  const known = count('known');
  context.say(
    `${count('imported')} files imported into ${organisation.name}: ${resources} resources in ${seconds.toFixed(1)} s` +
      `${known === 0 ? '' : `; ${known} already imported before, left as they are`}${count('failed') === 0 ? '' : `; ${count('failed')} failed`}`,
  );
  context.result({ organisation: organisation.id, imported: count('imported'), known, failed: count('failed'), resources, seconds, files: outcomes });
  return count('failed') === 0 && outcomes.length === files.length;
}

export const command: Command = {
  summary: 'Loads FHIR R4 transaction bundles into an organisation whose node runs here. A file that is in already is recognised.',
  usage: '<files or folders…> --org ID | --home DIR',
  options: { org: { type: 'string', value: 'ID', help: 'organisation of the sandbox to import into' }, home: homeOption },
  examples: ['import bundles/ --org city-hospital', 'import bundles/ --home /srv/careledger', 'import a.json b.json --org st-marys --json'],
  run,
};
