import { utf8 } from '../../base/bytes.ts';
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Answer } from './answer.ts';
import { authorise } from './authorise.ts';
import { resourceOf } from './body.ts';
import type { FhirCall, FhirParts } from './call.ts';
import { isDocument, typeOf } from './content.ts';
import { restErrors } from './errors.ts';
import { outcomeText, type Issue } from './outcome.ts';
import { validateDocument } from './validation.ts';

/** `$validate` (R4 resource operation) against base R4; nothing is stored. The resource comes alone or in `Parameters.resource`. */
export async function validateOperation(parts: FhirParts, call: FhirCall, type: string, id: string | undefined): Promise<Result<Answer>> {
  const sent = resourceOf(call);
  if (!sent.ok) return sent;
  const asked = await authorise(parts, call, id === undefined ? 'create' : 'update', [type]);
  if (!asked.ok) return asked;
  let document = sent.value;
  if (typeOf(document) === 'Parameters' && type !== 'Parameters') {
    const list = document['parameter'];
    const inner = Array.isArray(list) ? (list as unknown[]).find((each) => isDocument(each) && each['name'] === 'resource') : undefined;
    const resource = isDocument(inner) ? inner['resource'] : undefined;
    if (!isDocument(resource)) return fail(codedError(restErrors, 'rest.parameters', { message: 'The Parameters have no `resource`.' }));
    document = resource;
  }
  const issues: Issue[] = [...validateDocument(document, type)];
  if (typeOf(document) !== type)
    issues.unshift({
      severity: 'error',
      code: 'invalid',
      text: `The resource is of type ${String(typeOf(document)).slice(0, 80)}, the address says ${type}.`,
      expression: type,
    });
  if (issues.length === 0) issues.push({ severity: 'information', code: 'informational', text: 'The resource is valid against base FHIR R4.' });
  return ok({ status: 200, body: utf8(outcomeText(issues)) });
}
