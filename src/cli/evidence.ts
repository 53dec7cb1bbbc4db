/** What `careledger verify` makes of a file: its kind by what is in it, and the report. A further kind is one more reader. */
import { toHex } from '../base/bytes.ts';
import { ledgerOrigin } from '../ledger/checkpoint/checkpoint.ts';
import { noteKey } from '../ledger/checkpoint/note-key.ts';
import { verifyCheckpoint } from '../ledger/checkpoint/verify-checkpoint.ts';
import { verifyEvidence } from '../ledger/verify/evidence.ts';
import type { Report } from '../ledger/verify/report.ts';
import type { CommandContext } from './command.ts';
import type { Believed } from './trust.ts';

/** Undefined: not of its kind. */
type Reader = (bytes: Uint8Array, content: Uint8Array | undefined, known: Believed | undefined) => Judged | undefined;

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
  (bytes, _content, known) => (isNote(bytes) ? { kind: 'checkpoint', report: verifyCheckpoint(bytes, checkpointTrust(known)) } : undefined),
  (bytes, content, known) =>
    verifyEvidence(bytes, {
      ...(content === undefined ? {} : { content }),
      ...(known === undefined ? {} : { trust: known.trust }),
      ...(known?.genesisHash === undefined ? {} : { genesisHash: known.genesisHash }),
    }),
];

export function checkEvidence(file: string, bytes: Uint8Array, content: Uint8Array | undefined, known: Believed | undefined): Checked {
  for (const reader of readers) {
    const judged = reader(bytes, content, known);
    if (judged) return { file, kind: judged.kind, ...judged.report, facts: judged.report.facts as Checked['facts'] };
  }
  throw new Error('no reader took the file');
}

/** A signed note is text; everything else here is CBOR, whose first byte is that of a list or a map. */
const isNote = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes[0]! >= 0x20 && bytes[0]! < 0x7f;

/** A ledger with one node signs its checkpoints with that node's key. */
function checkpointTrust(known: Believed | undefined): Parameters<typeof verifyCheckpoint>[1] {
  const { trust } = known ?? {};
  const logKeys = trust && 'nodeKey' in trust ? [noteKey('log', ledgerOrigin(trust.chainId), trust.nodeKey)] : [];
  return { logKeys, witnesses: [] };
}

const MARKS = { held: 'holds     ', failed: 'FAILED    ', unchecked: 'unchecked ' } as const;
const NAMES: Readonly<Record<string, string>> = { checkpoint: 'checkpoint', 'trust-bundle': 'trust bundle' };
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
