/** Who has seen this history: the log's checkpoints with their cosignatures, and what speaks against it. */
import type { Dispute, SeenState, WitnessesView, WitnessView } from '../../contract/witnesses.ts';
import { ledgerOrigin } from '../../ledger/checkpoint/checkpoint.ts';
import { verifierKey, type NoteKey } from '../../ledger/checkpoint/note-key.ts';
import type { LedgerClient } from '../../ledger/client.ts';
import type { Checkpoints, WitnessState } from '../../witness/checkpoints.ts';
import { compareWithLedger } from '../../witness/compare.ts';
import type { Witness } from '../../witness/witness.ts';

export interface WitnessParts {
  readonly ledger: Pick<LedgerClient, 'chainId' | 'head' | 'block'>;
  readonly checkpoints: Checkpoints | undefined;
  /** This node's own; the hub has none. */
  readonly witness: Witness | undefined;
  /** Whose log key it is, for people; undefined: nobody's that is known. */
  readonly nameOf?: (key: NoteKey) => Promise<string | undefined>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

const stateOf = (state: WitnessState): WitnessView => ({
  name: state.name,
  organisation: state.organisation ?? null,
  key: verifierKey(state.key),
  cosigned: state.cosigned ? { size: state.cosigned.size, height: state.cosigned.height ?? null, time: iso(state.cosigned.time) } : null,
  problem: state.problem
    ? { code: state.problem.code, message: state.problem.message, since: new Date(state.problemSince ?? 0).toISOString() }
    : null,
});

/** Where several members sign for one log, another one's block may have come first to a witness; that passes. */
const AHEAD_FOR_MS = 30_000;

const speaksAgainst = ({ code, since }: NonNullable<WitnessView['problem']>, now: number): boolean =>
  code === 'witness.inconsistent' || (code === 'witness.ahead' && now - Date.parse(since) >= AHEAD_FOR_MS);

export async function witnessesView({ ledger, checkpoints, witness, nameOf, now }: WitnessParts): Promise<WitnessesView> {
  const origin = ledgerOrigin(ledger.chainId);
  const witnesses = (checkpoints?.witnesses() ?? []).map(stateOf);
  const newest = checkpoints?.newest();
  const seen = witnesses.map(({ cosigned }) => cosigned).filter((cosigned) => cosigned !== null);
  const newestSeen = seen.reduce<SeenState | null>((best, one) => (best === null || one.size > best.size ? one : best), null);
  return {
    origin,
    logKey: checkpoints ? verifierKey(checkpoints.key) : null,
    checkpoint: newest ? { size: newest.checkpoint.size, height: newest.checkpoint.block?.height ?? null } : null,
    witnesses,
    parties: seen.length,
    newestSeen,
    disputes: [...disputesOfLog(checkpoints, witnesses, now()), ...(await disputesOfWitness(origin, ledger, witness, nameOf))],
  };
}

function disputesOfLog(checkpoints: Checkpoints | undefined, witnesses: readonly WitnessView[], now: number): readonly Dispute[] {
  const disputes: Dispute[] = [];
  const own = checkpoints?.own();
  if (own === 'other' || own === 'beyond') {
    const what = own === 'other' ? 'The ledger is not the one that was last signed for.' : 'The ledger ends before what was last signed for.';
    disputes.push({ kind: 'own-checkpoint', who: checkpoints!.key.name, what, proof: null });
  }
  for (const { name, problem } of witnesses)
    if (problem && speaksAgainst(problem, now)) disputes.push({ kind: 'witness', who: name, what: problem.message, proof: null });
  return disputes;
}

async function disputesOfWitness(
  origin: string,
  ledger: WitnessParts['ledger'],
  witness: Witness | undefined,
  nameOf: WitnessParts['nameOf'],
): Promise<readonly Dispute[]> {
  const disputes: Dispute[] = [];
  const seen = witness?.newest(origin);
  const found = seen && (await compareWithLedger(seen.checkpoint, ledger));
  if (found === 'other' || found === 'beyond') {
    const { size, block } = seen!.checkpoint;
    const what =
      found === 'other'
        ? `Block ${block?.height} with ${size} entries, which this node cosigned, is not the one that is here.`
        : `This node cosigned block ${block?.height} with ${size} entries; the ledger here ends at block ${ledger.head().height}.`;
    disputes.push({ kind: 'own-witness', who: witness!.key.name, what, proof: null });
  }
  for (const { origin: of, seenSize, offeredSize, proof, signedBy } of witness?.contradictions() ?? []) {
    if (of !== origin) continue;
    const names = await Promise.all(signedBy.map(async (key) => (await nameOf?.(key)) ?? verifierKey(key)));
    const who = names.join(', ');
    const what = `A history of ${offeredSize} entries was offered that does not fit the one of ${seenSize} entries that this node has seen.`;
    disputes.push({ kind: 'offered', who, what, proof: proof === undefined ? null : `/witness/split-views/${proof}` });
  }
  return disputes;
}
