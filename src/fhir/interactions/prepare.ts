/** From a document to the version that will be stored: validated, stamped, indexed, and allowed. */
import { accessErrors } from '../../access/errors.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { RecordKey, StoredVersion, VersionDraft } from '../../records/model.ts';
import type { ResourceJson } from '../index/elements.ts';
import { extractTerms } from '../index/extract.ts';
import { mayWrite, type Asked } from './authorise.ts';
import type { FhirParts } from './call.ts';
import { emptyContent, openContent, stamp, typeOf, type Document, type Identity } from './content.ts';
import { restErrors } from './errors.ts';
import { validateDocument } from './validation.ts';

/** `where` is the FHIRPath of the resource inside what was sent: `Bundle.entry[3].resource`, or the type itself. */
export function prepareVersion(parts: FhirParts, asked: Asked, document: Document, identity: Identity, where: string): Result<VersionDraft> {
  if (typeOf(document) !== identity.type) {
    return fail(
      codedError(restErrors, 'rest.type-mismatch', {
        message: `The resource is of type ${String(typeOf(document)).slice(0, 80)}, the address says ${identity.type}.`,
        data: { expression: where },
      }),
    );
  }
  const issues = validateDocument(document, where);
  if (issues.some((issue) => issue.severity === 'error' || issue.severity === 'fatal')) {
    return fail(codedError(restErrors, 'rest.invalid-resource', { data: { issues, expression: where } }));
  }
  const stamped = stamp(document, identity);
  const extracted = extractTerms(stamped.document as ResourceJson, { ownBases: [parts.base] });
  const { compartments, labels } = extracted;
  if (!mayWrite(asked.visibility, { type: identity.type, id: identity.id, compartments, labels })) return forbidden(identity);
  return ok({
    ...identity,
    space: parts.space,
    deleted: false,
    content: stamped.content,
    patient: extracted.patient,
    compartments,
    labels,
    terms: extracted.terms,
    ...(extracted.sortDate === undefined ? {} : { sortDate: extracted.sortDate }),
  });
}

/** The version that says that the record was deleted; it stays in the compartments of the one before, so that history stays visible. */
export function prepareDeletion(parts: FhirParts, asked: Asked, current: StoredVersion, lastUpdated: number): Result<VersionDraft> {
  const { patient, compartments, labels } = extractTerms(openContent(current.content) as ResourceJson, { ownBases: [parts.base] });
  if (!mayWrite(asked.visibility, { type: current.type, id: current.id, compartments, labels })) return forbidden(current);
  const identity: Identity = { type: current.type, id: current.id, version: current.version + 1, lastUpdated };
  return ok({
    ...identity,
    space: parts.space,
    deleted: true,
    content: emptyContent(identity),
    patient,
    compartments,
    labels,
    terms: { tokens: [], edges: [] },
  });
}

/**
 * Whether a stored version may be replaced by the next: it may concern somebody the caller sees and somebody else, too, and must not
 * be taken out of the other's compartment. Callers who see every patient see no such difference.
 */
export function mayReplace(parts: FhirParts, { visibility }: Asked, current: StoredVersion): boolean {
  if (visibility.patients === 'all' || current.deleted) return true;
  const { compartments, labels } = extractTerms(openContent(current.content) as ResourceJson, { ownBases: [parts.base] });
  return mayWrite(visibility, { type: current.type, id: current.id, compartments, labels });
}

export const forbidden = (key: RecordKey) =>
  fail(
    codedError(accessErrors, 'access.no-basis', {
      message: `You may not write ${key.type}/${key.id}: it is outside of what you may see.`,
      data: { rule: 'write-within-visibility' },
    }),
  );

export const touchedByDrafts = (drafts: readonly VersionDraft[]) => {
  const byPatient = new Map<string | undefined, Record<string, number>>();
  for (const draft of drafts) {
    const patients: readonly (string | undefined)[] =
      draft.type === 'Patient' ? [draft.id] : draft.compartments.length > 0 ? draft.compartments : [undefined];
    for (const patient of patients) {
      let counts = byPatient.get(patient);
      if (!counts) byPatient.set(patient, (counts = {}));
      counts[draft.type] = (counts[draft.type] ?? 0) + 1;
    }
  }
  if (byPatient.size > 1) byPatient.delete(undefined);
  return [...byPatient].map(([patient, counts]) => ({ patient, counts }));
};
