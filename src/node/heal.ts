/**
 * Healing: what follows from other stored data is rebuilt, what does not is asked back from peers that hold copies. A copy is taken only
 * when it is what the ledger says was there, so that a peer can give nothing but the original.
 */
import type { HealReport } from '../contract/network.ts';
import { extractTerms } from '../fhir/index/extract.ts';
import type { ResourceJson } from '../fhir/index/elements.ts';
import { openContent } from '../fhir/interactions/content.ts';
import type { LedgerClient } from '../ledger/client.ts';
import type { VersionDraft } from '../records/model.ts';
import type { Records } from '../records/open.ts';
import { rebuild } from '../records/repair/rebuild.ts';
import { restoreVersion } from '../records/repair/restore.ts';
import type { Damage, StoredReport } from '../records/verify/report.ts';
import type { Original, Restore } from '../sharing/restore.ts';

export interface HealParts {
  readonly records: Records;
  readonly ledger: LedgerClient;
  readonly restore: Restore;
  /** FHIR bases of this node: absolute references to them are local ones. */
  readonly ownBases: readonly string[];
  /** Name of an organisation for people. */
  readonly nameOf: (organisation: string) => Promise<string>;
}

export type Healed = Pick<HealReport, 'healed' | 'failed'>;

/** Works on the damages of a report; verify again afterwards. */
export async function heal(parts: HealParts, report: StoredReport): Promise<Healed> {
  const { records } = parts;
  const healed: HealReport['healed'][number][] = [];
  const failed: HealReport['failed'][number][] = [];
  const ofPeers = new Map<number, Damage>();
  for (const damage of report.damages) if (damage.repair === 'peer' && damage.sequence !== undefined) ofPeers.set(damage.sequence, damage);
  for (const damage of ofPeers.values()) {
    const outcome = await fromPeer(parts, damage);
    if ('why' in outcome) failed.push({ what: `${damage.what} (${damage.where})`, why: outcome.why });
    else healed.push(outcome);
  }
  // Afterwards: what a version brought back stands in for needs no rebuilding any more, and what still does may rest on it.
  const rebuilt = report.damages.filter((damage) => damage.repair === 'rebuild');
  await rebuild(records, parts.ledger, report.damages);
  for (const damage of rebuilt)
    healed.push({
      what: `${damage.what} (${damage.where})`,
      from: 'this organisation',
      proof: 'Made again from the sealed content, whose leaf is in a batch on the ledger.',
    });
  for (const damage of report.damages)
    if (damage.repair === 'no') failed.push({ what: `${damage.what} (${damage.where})`, why: 'No copy of it is kept anywhere else.' });
  return { healed, failed };
}

async function fromPeer(parts: HealParts, damage: Damage): Promise<HealReport['healed'][number] | { readonly why: string }> {
  const sequence = damage.sequence!;
  const original = await parts.restore(damage.record, sequence);
  if (!original) return { why: 'No organisation that holds copies of this record could give it back.' };
  const draft = await draftOf(parts, original, sequence);
  const restored = await restoreVersion(parts.records, parts.ledger, { draft, sequence, blinder: original.blinder });
  if (!restored.ok) return { why: restored.error.message };
  const from = await parts.nameOf(original.from);
  return {
    what: `${damage.what} (${damage.where})`,
    record: `${draft.type}/${draft.id}/_history/${draft.version}`,
    from,
    proof: 'Its commitment is the leaf in the batch that is on the ledger: byte for byte what was written.',
  };
}

/** The version as it was written: everything about it follows from its content, but whether it was a deletion. */
async function draftOf({ records, ownBases }: HealParts, original: Original, sequence: number): Promise<VersionDraft> {
  const resource = openContent(original.content) as ResourceJson & {
    readonly id: string;
    readonly meta: { readonly versionId: string; readonly lastUpdated: string };
  };
  const [row] = await records.database.query({ text: 'select deleted from version where seq = $1', values: [sequence] });
  const { patient, compartments, labels, terms, sortDate } = extractTerms(resource, { ownBases });
  return {
    space: 'own',
    type: resource.resourceType,
    id: resource.id,
    version: Number(resource.meta.versionId),
    deleted: row?.[0] === true,
    content: original.content,
    lastUpdated: Date.parse(resource.meta.lastUpdated),
    patient,
    compartments,
    labels,
    terms,
    ...(sortDate === undefined ? {} : { sortDate }),
  };
}
