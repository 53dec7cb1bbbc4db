/** Writing one version: the unit, its audit entry, and what comes back. */
import type { Result } from '../../base/result.ts';
import type { Guard, VersionDraft } from '../../records/model.ts';
import { versionPath, type Answer } from './answer.ts';
import type { Asked } from './authorise.ts';
import { touchedByDrafts } from './prepare.ts';
import { informationOutcome } from './outcome.ts';
import type { Preferences } from './prefer.ts';

/** Attempts when others change the same record at the same time and the client did not say which version it changes. */
export const maxAttempts = 6;

export async function writeVersion(
  asked: Asked,
  draft: VersionDraft,
  status: number,
  prefer: Preferences['return'],
  guards: readonly Guard[] = [],
): Promise<Result<Answer>> {
  return asked.release(touchedByDrafts([draft]), writtenAnswer(draft, status, prefer), { versions: [draft], events: [], guards });
}

export function writtenAnswer(draft: VersionDraft, status: number, prefer: Preferences['return']): Answer {
  const head: Answer = {
    status,
    version: draft.version,
    lastModified: draft.lastUpdated,
    ...(draft.deleted ? {} : { location: versionPath(draft) }),
  };
  if (prefer === 'minimal' || draft.deleted) return head;
  const done = draft.version === 1 ? 'created' : 'updated';
  return {
    ...head,
    body: prefer === 'representation' ? draft.content : informationOutcome(`${draft.type}/${draft.id} was ${done} as version ${draft.version}.`),
  };
}
