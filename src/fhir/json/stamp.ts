import { carryExact } from './exact.ts';
import type { JsonObject } from './parse.ts';

export interface Stamp {
  readonly id: string;
  readonly versionId: string;
  /** Instant, e.g. `2026-01-02T03:04:05.678Z`. */
  readonly lastUpdated: string;
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy with the elements that the server assigns (R4 http §3.1.0.8); all other values and the order of properties stay. */
export function stampResource(resource: JsonObject, { id, versionId, lastUpdated }: Stamp): JsonObject {
  const sent = isObject(resource['meta']) ? resource['meta'] : {};
  const meta: Record<string, unknown> = { versionId, lastUpdated };
  for (const name of Object.keys(sent)) if (name !== 'versionId' && name !== 'lastUpdated') meta[name] = sent[name];
  carryExact(sent, meta);
  const copy: Record<string, unknown> = { resourceType: resource['resourceType'], id, meta };
  for (const name of Object.keys(resource)) if (!(name in copy)) copy[name] = resource[name];
  return carryExact(resource, copy);
}
