/** `GET …/patients/:id/export`: everything, as a FHIR Bundle; each record byte for byte as it is stored. */
import { concat, utf8 } from '../../base/bytes.ts';
import type { StoredVersion } from '../../records/model.ts';
import type { BytesBody, Handler } from '../json-scope.ts';
import { countItems } from './counts.ts';
import type { Desk } from './desk.ts';
import { words } from './words.ts';

const PAGE = 500;
const MAX_RECORDS = 50_000;

export function exportRoute(desk: Desk): Handler {
  const { reader, now } = desk.deps;
  return async (request) => {
    const view = await desk.view(request, 'export');
    const records: StoredVersion[] = [];
    let after: string | undefined;
    do {
      const page = await reader.compartment(
        view.space,
        view.patient,
        { ...view.decision.visibility, sharedTypes: [] },
        { limit: PAGE, ...(after === undefined ? {} : { after }) },
      );
      records.push(...page.records.filter(({ deleted }) => !deleted));
      after = page.next;
    } while (after !== undefined && records.length < MAX_RECORDS);
    const timestamp = new Date(now()).toISOString();
    return desk.release<BytesBody>(view, {
      what: words.exported(records.length),
      counts: countItems(records),
      answer: () => {
        const parts: Uint8Array[] = [utf8(`{"resourceType":"Bundle","type":"collection","timestamp":"${timestamp}","entry":[`)];
        for (const [index, { content }] of records.entries()) parts.push(utf8(index === 0 ? '{"resource":' : ',{"resource":'), content, utf8('}'));
        parts.push(utf8(']}'));
        return { bytes: concat(...parts), type: 'application/fhir+json; charset=utf-8', fileName: `record-${timestamp.slice(0, 10)}.json` };
      },
    });
  };
}
