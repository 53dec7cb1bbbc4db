/** What `careledger verify` makes of a file: its kind by what is in it, and the report. A further kind is one more reader. */
import { toHex } from '../base/bytes.ts';
import { decodeCbor } from '../base/cbor.ts';
import type { Result } from '../base/result.ts';
import { parseNote } from '../ledger/checkpoint/note.ts';
import type { KnownWitness } from '../ledger/checkpoint/verify-checkpoint.ts';
import { decodeGenesis } from '../ledger/genesis/decode-genesis.ts';
import { evidenceKind, verifyEvidence } from '../ledger/verify/evidence.ts';
import type { Report } from '../ledger/verify/report.ts';
import { checkNote, checkSplitView, isNote, isSplitView } from './checkpoint-evidence.ts';
import type { CommandContext } from './command.ts';
import type { Believed } from './trust.ts';

/** Undefined: not of its kind. */
type Reader = (
  bytes: Uint8Array,
  content: Uint8Array | undefined,
  known: Believed | undefined,
  witnesses: readonly KnownWitness[],
) => Judged | undefined;

interface Judged {
  readonly kind: string;
  readonly report: Report<string, object>;
}

export interface Checked extends Report<string, Readonly<Record<string, unknown>>> {
  readonly file: string;
  readonly kind: string;
}

/** The first that knows the kind; the last one takes everything. */
const readers: readonly Reader[] = [
  (bytes, _content, known, witnesses) =>
    isNote(bytes) ? { kind: 'checkpoint', report: checkNote(bytes, { trust: known?.trust, members: known?.members ?? [], witnesses }) } : undefined,
  (bytes, _content, known) => (isSplitView(bytes) ? { kind: 'split-view', report: checkSplitView(bytes, known?.trust) } : undefined),
  (bytes, content, known) =>
    verifyEvidence(bytes, {
      ...(content === undefined ? {} : { content }),
      ...(known === undefined ? {} : { trust: known.trust }),
      ...(known?.genesisHash === undefined ? {} : { genesisHash: known.genesisHash }),
    }),
];

/** Why bytes are of no kind that can be checked; undefined when they are of one, whatever it says. */
export function noEvidence(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'it is empty';
  if (bytes[0] === '{'.charCodeAt(0)) return 'it is JSON; a genesis is what receipts are checked against (--trust FILE)';
  if (isNote(bytes)) return reasonOf(parseNote(bytes));
  if (evidenceKind(bytes) !== undefined || isSplitView(bytes)) return undefined;
  return decodeGenesis(bytes).ok
    ? 'it is a genesis, which receipts are checked against (--trust FILE)'
    : (reasonOf(decodeCbor(bytes)) ?? 'it is CBOR of another kind');
}

const reasonOf = (decoded: Result<unknown>): string | undefined => (decoded.ok ? undefined : decoded.error.message.replace(/\.$/, ''));

export function checkEvidence(
  file: string,
  bytes: Uint8Array,
  content: Uint8Array | undefined,
  known: Believed | undefined,
  witnesses: readonly KnownWitness[] = [],
): Checked {
  for (const reader of readers) {
    const judged = reader(bytes, content, known, witnesses);
    if (judged) return { file, kind: judged.kind, ...judged.report, facts: judged.report.facts as Checked['facts'] };
  }
  throw new Error('no reader took the file');
}

const MARKS = { held: 'holds     ', failed: 'FAILED    ', unchecked: 'unchecked ' } as const;
const NAMES: Readonly<Record<string, string>> = { checkpoint: 'checkpoint', 'split-view': 'proof of a split view', 'trust-bundle': 'trust bundle' };
const verdictText = (name: string, verdict: Checked['verdict']): string =>
  verdict === 'held'
    ? `the ${name} holds`
    : verdict === 'failed'
      ? `THE ${name.toUpperCase()} DOES NOT HOLD`
      : `the ${name} could not be checked in full`;

export function tell(context: CommandContext, { file, kind, verdict, steps, facts }: Checked): void {
  context.say(`${file}: ${verdictText(NAMES[kind] ?? 'receipt', verdict)}`);
  if (verdict === 'held' && typeof facts['sentence'] === 'string') context.say(`  ${facts['sentence']}`);
  for (const { state, title, detail } of steps) context.say(`  ${MARKS[state]}${title} ${detail}`);
}

/** Keys and hashes as text, so that the report is plain JSON. */
export const forMachines = ({ file, kind, verdict, steps, facts }: Checked): Record<string, unknown> => ({
  file,
  kind,
  verdict,
  steps,
  facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value instanceof Uint8Array ? toHex(value) : value])),
});
