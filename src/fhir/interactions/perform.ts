/** One call → one interaction. The table of what this server does; the CapabilityStatement says the same. */
import { codedError } from '../../base/errors.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Answer } from './answer.ts';
import { batch } from './batch.ts';
import { isId, resourceOf } from './body.ts';
import type { FhirCall, FhirParts, Method } from './call.ts';
import { capability } from './capability.ts';
import { typeOf } from './content.ts';
import { create } from './create.ts';
import { conditionalDelete, deleteRecord } from './delete.ts';
import { restErrors } from './errors.ts';
import { everything } from './everything.ts';
import { history } from './history.ts';
import { read, vread } from './read.ts';
import { search } from './search.ts';
import { transaction } from './transaction.ts';
import { conditionalUpdate, update } from './update.ts';
import { validateOperation } from './validate.ts';

type Handler = (parts: FhirParts, call: FhirCall) => Promise<Result<Answer>>;
type Route = Partial<Record<Method, Handler>>;

/** Methods by which something is changed: not served for synchronised copies. */
const changes = (call: FhirCall): boolean =>
  call.method === 'PUT' || call.method === 'DELETE' || (call.method === 'POST' && !/(^|\/)_search$|\$/.test(call.path));

export async function perform(parts: FhirParts, call: FhirCall): Promise<Result<Answer>> {
  const segments = call.path === '' ? [] : call.path.replace(/\/+$/, '').split('/');
  const route = findRoute(parts, segments);
  if (!route.ok) return route;
  const handler = route.value[call.method === 'HEAD' ? 'GET' : call.method];
  if (!handler) {
    const allowed = Object.keys(route.value).join(', ');
    return fail(
      codedError(restErrors, 'rest.method', {
        message: `${call.method} is not supported at this address; it takes ${allowed}.`,
        data: { allow: allowed },
      }),
    );
  }
  if (parts.space !== 'own' && changes(call)) return fail(codedError(restErrors, 'rest.read-only'));
  return handler(parts, call);
}

const found = (route: Route): Result<Route> => ({ ok: true, value: route });
const unknownRoute = (segments: readonly string[]) =>
  fail(codedError(restErrors, 'rest.unknown-route', { message: `There is nothing at \`${segments.join('/').slice(0, 200)}\`.` }));

function findRoute(parts: FhirParts, segments: readonly string[]): Result<Route> {
  const [first, second, third, fourth, ...more] = segments;
  if (first === undefined) return found({ GET: (p, c) => search(p, c, undefined), POST: bundle });
  if (second === undefined) {
    if (first === 'metadata') return found({ GET: (p) => capability(p) });
    if (first === '_history') return found({ GET: (p, c) => history(p, c) });
    if (first === '_search') return found({ POST: (p, c) => search(p, c, undefined) });
  }
  if (!parts.index.parameters.isResourceType(first)) {
    if (first.startsWith('$') || first.startsWith('_')) return unknownRoute(segments);
    return fail(codedError(restErrors, 'rest.unknown-type', { message: `\`${first.slice(0, 80)}\` is not a FHIR R4 resource type.` }));
  }
  const type = first;
  if (second === undefined) {
    return found({
      GET: (p, c) => search(p, c, type),
      POST: (p, c) => create(p, c, type),
      PUT: (p, c) => conditionalUpdate(p, c, type),
      DELETE: (p, c) => conditionalDelete(p, c, type),
    });
  }
  if (third === undefined) {
    if (second === '_search') return found({ POST: (p, c) => search(p, c, type) });
    if (second === '_history') return found({ GET: (p, c) => history(p, c, type) });
    if (second === '$validate') return found({ POST: (p, c) => validateOperation(p, c, type, undefined) });
    if (second.startsWith('$') || second.startsWith('_')) return unknownRoute(segments);
  }
  const id = second;
  if (!isId(id)) return fail(codedError(restErrors, 'rest.id-invalid', { message: `\`${id.slice(0, 80)}\` is not a valid id.` }));
  if (third === undefined) {
    return found({ GET: (p, c) => read(p, c, { type, id }), PUT: (p, c) => update(p, c, type, id), DELETE: (p, c) => deleteRecord(p, c, type, id) });
  }
  if (third === '_history' && fourth === undefined) return found({ GET: (p, c) => history(p, c, type, id) });
  if (third === '_history' && more.length === 0) return found({ GET: (p, c) => vread(p, c, { type, id }, fourth!) });
  if (third === '$validate' && fourth === undefined) return found({ POST: (p, c) => validateOperation(p, c, type, id) });
  if (third === '$everything' && fourth === undefined && type === 'Patient')
    return found({ GET: (p, c) => everything(p, c, id), POST: (p, c) => everything(p, c, id) });
  return unknownRoute(segments);
}

async function bundle(parts: FhirParts, call: FhirCall): Promise<Result<Answer>> {
  const document = resourceOf(call);
  if (!document.ok) return document;
  const type = document.value['type'];
  if (typeOf(document.value) !== 'Bundle') {
    return fail(
      codedError(restErrors, 'rest.bundle', {
        message: `What was sent is a ${String(typeOf(document.value) ?? 'resource without type').slice(0, 80)}, not a Bundle.`,
        hint: 'Send single resources to `[base]/[type]`.',
      }),
    );
  }
  if (type === 'transaction') return transaction(parts, call, document.value, perform);
  if (type === 'batch') return batch(parts, call, document.value, perform);
  return fail(
    codedError(restErrors, 'rest.bundle', {
      message: `A Bundle of type \`${String(type).slice(0, 80)}\` cannot be processed.`,
      data: { expression: 'Bundle.type' },
    }),
  );
}
