/** `careledger receipt --all`: the receipts of every record version of an organisation, with the exact bytes, into a folder. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeCbor } from '../../base/cbor.ts';
import { codedError } from '../../base/errors.ts';
import { makeFolder } from '../../base/make-folder.node.ts';
import { unwrap } from '../../base/result.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { bundleIn, genesisIn, writeVersions, type VersionFiles } from '../receipt-files.ts';
import { fetchEvidence } from '../ledger-source.ts';
import { nodeOf } from '../node-of.ts';
import { ask, problemOf } from '../sandbox-client.ts';

const PAGE = 100;
/** Longer than any sensible anchor interval. */
const WAIT_MS = 60_000;
const NOTE_EVERY_MS = 2000;

interface Page {
  readonly versions: readonly VersionFiles[];
  readonly next?: string;
}

/** A page; what is newer than the last anchor is waited for. */
async function fetchPage(context: CommandContext, url: string, token: string): Promise<Page> {
  for (const end = performance.now() + WAIT_MS; ;) {
    const answer = await ask(url, { token, accept: 'application/cbor', signal: context.signal });
    if (answer.ok) return unwrap(decodeCbor(new Uint8Array(await answer.arrayBuffer()))) as Page;
    const problem = await problemOf(answer);
    if (problem.code !== 'records.not-anchored' || performance.now() > end) throw problem;
    await sleep(500, undefined, { signal: context.signal });
  }
}

/** `out`: a folder, made when absent. */
export async function receiptAll(context: CommandContext, out: string): Promise<boolean> {
  const { id: org, name, url, token } = await nodeOf(context, 'system', 'careledger receipt');
  const genesis = await (await ask(`${url}/explorer/api/genesis`, { token, signal: context.signal })).text();
  const written = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: Error) => {
      throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${out} cannot be written: ${cause.message}` }));
    });
  await written(makeFolder(out));
  await written(writeFile(genesisIn(out), genesis));
  await written(writeFile(bundleIn(out), await fetchEvidence(context, `${url}/explorer/api/trust`)));

  let versions = 0;
  let bytes = 0;
  let noted = performance.now();
  let next: string | undefined;
  do {
    const page = await fetchPage(
      context,
      `${url}/node/api/receipts?count=${PAGE}${next === undefined ? '' : `&after=${encodeURIComponent(next)}`}`,
      token,
    );
    await written(writeVersions(out, page.versions));
    versions += page.versions.length;
    bytes += page.versions.reduce((sum, { receipt }) => sum + receipt.length, 0);
    ({ next } = page);
    if (performance.now() - noted < NOTE_EVERY_MS) continue;
    noted = performance.now();
    context.note(`  ${versions.toLocaleString('en')} receipts`);
  } while (next !== undefined);

  context.say(
    `${out}: receipts of all ${versions.toLocaleString('en')} record versions of ${name}, each with its content; genesis.json is what to check them against, trust.bundle what leads on from it`,
  );
  context.result({ organisation: org, folder: out, versions, bytes });
  return true;
}
