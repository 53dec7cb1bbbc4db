/** `careledger verify FILE…`: evidence of any kind, one file or a folder of receipts, offline, with nothing but what is trusted. */
import { readFile, stat } from 'node:fs/promises';
import { codedError } from '../../base/errors.ts';
import { unwrap } from '../../base/result.ts';
import { evidenceKind } from '../../ledger/verify/evidence.ts';
import { CommandError, type CommandContext } from '../command.ts';
import { cliErrors } from '../errors.ts';
import { isSplitView } from '../checkpoint-evidence.ts';
import { checkEvidence, forMachines, noEvidence, tell, type Checked } from '../evidence.ts';
import { contentBeside, receiptsIn } from '../receipt-files.ts';
import { believed, type Believed } from '../trust.ts';
import { readWitnessFile } from '../../witness/witness-file.ts';

/** Receipts are a few kilobytes; a trust bundle grows with the changes of the validators. */
const MAX_EVIDENCE_BYTES = 8 << 20;
/** Files of a folder read at the same time. */
const PARALLEL = 32;
const SHOWN = 20;
const NOTE_EVERY_MS = 2000;

async function bytesOf(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: Error) => {
    throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${file} cannot be read: ${cause.message}` }));
  });
}

async function evidenceBytes(file: string): Promise<Uint8Array> {
  const bytes = await bytesOf(file);
  if (bytes.length <= MAX_EVIDENCE_BYTES) return bytes;
  throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${file} is too large for a receipt or a trust bundle.` }));
}

export async function verifyReceipts(context: CommandContext): Promise<boolean> {
  const believe = (): Promise<Believed> => believed(context.text('trust'), context.dataDirectory, context.text('bundle'));
  let known: Believed | undefined;
  const witnessFile = context.text('witnesses');
  const witnesses = witnessFile === undefined ? [] : unwrap(await readWitnessFile(witnessFile));
  const contentFile = context.text('content');
  if (contentFile !== undefined && context.positionals.length > 1)
    throw new CommandError(codedError(cliErrors, 'cli.usage', { message: '--content goes with one receipt.' }));
  const single: Checked[] = [];
  const folders: FolderReport[] = [];
  for (const file of context.positionals) {
    const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() === true;
    if (isFolder && contentFile !== undefined)
      throw new CommandError(
        codedError(cliErrors, 'cli.usage', { message: '--content goes with one receipt; in a folder the content is beside it.' }),
      );
    if (isFolder) folders.push(await verifyFolder(context, file, (known ??= await believe())));
    else {
      const content = contentFile === undefined ? undefined : await bytesOf(contentFile);
      const bytes = await evidenceBytes(file);
      const why = noEvidence(bytes);
      if (why !== undefined)
        throw new CommandError(
          codedError(cliErrors, 'cli.not-evidence', { message: `${file} is no receipt, trust bundle, checkpoint or exported ledger: ${why}.` }),
        );
      // A trust bundle begins with its own genesis: another one is compared with it where there is one.
      // So is a proof that is about a key, whoever believes whom.
      const standsAlone = evidenceKind(bytes) === 'trust-bundle' || isSplitView(bytes);
      known ??= standsAlone && context.text('trust') === undefined ? undefined : await believe();
      const checked = checkEvidence(file, bytes, content, known, witnesses);
      tell(context, checked);
      single.push(checked);
    }
  }
  const holds = single.every(({ verdict }) => verdict === 'held') && folders.every((folder) => folder.held === folder.receipts);
  context.result({
    holds,
    ...(single.length === 0 ? {} : { receipts: single.map(forMachines) }),
    ...(folders.length === 0 ? {} : { folders: folders.map((folder) => ({ ...folder, notHeld: folder.notHeld.map(forMachines) })) }),
  });
  return holds;
}

interface FolderReport {
  readonly folder: string;
  readonly receipts: number;
  readonly held: number;
  /** Receipts whose content is not in the folder: they were checked for whatever has the hash they name. */
  readonly withoutContent: number;
  /** Different entries of organisation logs that the receipts are about. */
  readonly entries: number;
  readonly notHeld: readonly Checked[];
}

/** Every receipt in the folder, with the content beside it. */
async function verifyFolder(context: CommandContext, folder: string, known: Believed): Promise<FolderReport> {
  const files = await receiptsIn(folder);
  if (files.length === 0) throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `There are no receipts (.cbor) in ${folder}.` }));
  const entries = new Set<string>();
  const notHeld: Checked[] = [];
  let withoutContent = 0;
  let noted = performance.now();
  for (let at = 0; at < files.length; at += PARALLEL) {
    context.signal.throwIfAborted();
    const read = await Promise.all(
      files
        .slice(at, at + PARALLEL)
        .map(async (file) => ({ file, receipt: await evidenceBytes(file), content: await readFile(contentBeside(file)).catch(absent) })),
    );
    for (const { file, receipt, content } of read) {
      const checked = checkEvidence(file, receipt, content, known);
      if (content === undefined) withoutContent++;
      if (checked.verdict === 'held') entries.add(entryOf(checked));
      else notHeld.push(checked);
    }
    if (performance.now() - noted < NOTE_EVERY_MS) continue;
    noted = performance.now();
    context.note(`  ${at + read.length} of ${files.length} receipts`);
  }
  const held = files.length - notHeld.length;
  const report = { folder, receipts: files.length, held, withoutContent, entries: entries.size, notHeld };
  context.say(
    `${held === files.length ? 'holds ' : 'FAILED'} ${folder}: ${held} of ${files.length} receipts hold, about ${entries.size} different entries${withoutContent === 0 ? '' : `; ${withoutContent} without the content`}`,
  );
  for (const checked of notHeld.slice(0, SHOWN)) tell(context, checked);
  if (notHeld.length > SHOWN) context.say(`and ${notHeld.length - SHOWN} more (--json lists them)`);
  return report;
}

/** Names the entry that a receipt is about; a receipt of another kind is about itself. */
const entryOf = ({ file, kind, facts }: Checked): string =>
  kind === 'entry-receipt' ? `${String(facts['organisation'])} ${String(facts['batch'])} ${String(facts['batchIndex'])}` : file;

/** Only a missing content is none: one that cannot be read is an error. */
const absent = (cause: NodeJS.ErrnoException): undefined => {
  if (cause.code === 'ENOENT') return undefined;
  throw new CommandError(codedError(cliErrors, 'cli.no-file', { message: `${cause.path ?? 'A content'} cannot be read: ${cause.message}` }));
};
