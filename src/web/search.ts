/**
 * What pages keep in their URL besides the path. Malformed values are dropped, never shown as an error; each key is always named,
 * since the router lets what a validator leaves out through unchecked.
 */

const text = (value: unknown, limit = 200): string | undefined => {
  const as = typeof value === 'number' ? String(value) : value;
  return typeof as === 'string' && as !== '' && as.length <= limit ? as : undefined;
};

/** The proof drawer is open on these addresses (paths on the node of the session, or on this server). */
export interface ProofSearch {
  readonly proof?: string | undefined;
  readonly content?: string | undefined;
}

/** Only paths on the server asked: a link from elsewhere must not make this page send its token to another host. */
const path = (value: unknown): string | undefined => {
  const as = text(value, 500);
  return as !== undefined && /^\/(?!\/)[\w\-./~%:?=&]*$/.test(as) ? as : undefined;
};

export const proofSearch = (search: Record<string, unknown>): ProofSearch => ({ proof: path(search['proof']), content: path(search['content']) });

export interface TimelineSearch {
  readonly kind?: string | undefined;
  readonly q?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The item shown in full (its FHIR reference). */
  readonly item?: string | undefined;
}

const day = (value: unknown): string | undefined => {
  const as = text(value, 10);
  return as !== undefined && /^\d{4}(-\d{2}(-\d{2})?)?$/.test(as) ? as : undefined;
};

export const timelineSearch = (search: Record<string, unknown>): TimelineSearch => ({
  kind: text(search['kind'], 20),
  q: text(search['q']),
  from: day(search['from']),
  to: day(search['to']),
  item: text(search['item']),
});

export interface QuerySearch {
  readonly q?: string | undefined;
}

export const querySearch = (search: Record<string, unknown>): QuerySearch => ({ q: text(search['q']) });

export interface SharingSearch {
  readonly edit?: string | undefined;
}

export const sharingSearch = (search: Record<string, unknown>): SharingSearch => ({ edit: text(search['edit']) });

export interface NewShareSearch {
  readonly step?: number | undefined;
  readonly organisation?: string | undefined;
  readonly request?: string | undefined;
}

export const newShareSearch = (search: Record<string, unknown>): NewShareSearch => {
  const step = Number(search['step']);
  return { step: step === 2 || step === 3 ? step : undefined, organisation: text(search['organisation']), request: text(search['request']) };
};

export interface AccessesSearch {
  /** The patient's own visits too. */
  readonly own?: boolean | undefined;
}

export const accessesSearch = (search: Record<string, unknown>): AccessesSearch => ({ own: search['own'] === true ? true : undefined });

export interface BlocksSearch {
  readonly before?: number | undefined;
}

export const blocksSearch = (search: Record<string, unknown>): BlocksSearch => {
  const before = Number(search['before']);
  return { before: Number.isSafeInteger(before) && before > 0 ? before : undefined };
};
