/** `LogReader`: openings and receipts of the organisation log's entries. */
import { codedError } from '../base/errors.ts';
import { fail, type Result } from '../base/result.ts';
import type { Anchoring } from '../anchoring/anchoring.ts';
import { contentHash } from '../ledger/proofs/commitment.ts';
import type { StoreWriter } from '../store/writer.ts';
import { eventSubject, versionSubject, VERSION_KIND, type RecordsContext } from './context.ts';
import { unwrapEvent, unwrapVersion } from './envelope.ts';
import { recordsErrors } from './errors.ts';
import { damaged } from './open-rows.ts';
import type { LogReader, Opening } from './ports.ts';

const ENTRY = `select e.kind, e.key_id, e.wrapped, e.sealed, v.version, int8send(r.key_high) || int8send(r.key_low)
  from entry e left join version v on v.seq = e.seq left join record r on r.rid = v.rid where e.seq = $1`;

export function createLogReader(context: RecordsContext, store: Pick<StoreWriter, 'size'>, anchoring: Anchoring | undefined): LogReader {
  const opening = async (sequence: number): Promise<Opening | undefined> => {
    const [row] = await context.database.query({ name: 'entry', text: ENTRY, values: [sequence] });
    if (!row) return undefined;
    const [kind, keyId, wrapped, sealed, version, name] = row;
    const key = await context.keyRing.byId(Number(keyId));
    if (!key.ok) throw damaged(sequence);
    const isVersion = kind === VERSION_KIND && version !== null && name !== null;
    const subject = isVersion ? versionSubject(name as Uint8Array, version as number) : eventSubject(kind as number);
    const opened = context.sealer.open(subject, key.value, { wrapped: wrapped as Uint8Array, sealed: sealed as Uint8Array });
    if (!opened) throw damaged(sequence);
    const { content } = isVersion ? unwrapVersion(opened.plaintext) : unwrapEvent(opened.plaintext);
    return { sequence, contentHash: contentHash(content), blinder: opened.blinder };
  };

  return {
    size: () => store.size(),
    anchored: () => anchoring?.anchored() ?? 0,
    opening,
    async place(sequence) {
      const place = await anchoring?.place(sequence);
      return place?.ok ? place : fail(codedError(recordsErrors, 'records.not-anchored', { data: { sequence } }));
    },
    async receipt(sequence): Promise<Result<Uint8Array>> {
      const opened = await opening(sequence);
      if (!opened) return fail(codedError(recordsErrors, 'records.no-entry', { data: { sequence } }));
      const receipt = await anchoring?.receipt(sequence, opened);
      if (receipt?.ok) return receipt;
      return fail(codedError(recordsErrors, 'records.not-anchored', { data: { sequence } }));
    },
  };
}
