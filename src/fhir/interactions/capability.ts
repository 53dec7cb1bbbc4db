/** The CapabilityStatement, made from the same tables that parse searches and route interactions. */
import { utf8 } from '../../base/bytes.ts';
import { ok, type Result } from '../../base/result.ts';
import { modifiersOf, supported } from '../search/parse-filter.ts';
import type { Answer } from './answer.ts';
import type { FhirParts } from './call.ts';

const READS = ['read', 'vread', 'history-instance', 'history-type', 'search-type'] as const;
const WRITES = ['create', 'update', 'delete'] as const;
const COMMON = ['_id', '_lastUpdated', '_profile', '_security', '_source', '_tag'];

const codes = (list: readonly string[]) => list.map((code) => ({ code }));

export async function capability(parts: FhirParts): Promise<Result<Answer>> {
  const writable = parts.space === 'own';
  const { parameters } = parts.index;
  const types = parameters.resourceTypes;
  const includes = (type: string) =>
    parameters
      .all(type)
      .filter((parameter) => parameter.type === 'reference')
      .map((parameter) => `${type}:${parameter.code}`);
  const reverse = new Map<string, string[]>();
  for (const source of types) {
    for (const parameter of parameters.all(source)) {
      for (const target of parameter.targets) reverse.set(target, [...(reverse.get(target) ?? []), `${source}:${parameter.code}`]);
    }
  }
  const resource = types.map((type) => ({
    type,
    interaction: codes(writable ? [...READS, ...WRITES] : READS),
    versioning: 'versioned-update',
    readHistory: true,
    ...(writable
      ? {
          updateCreate: true,
          conditionalCreate: true,
          conditionalRead: 'not-match',
          conditionalUpdate: true,
          conditionalDelete: 'single',
          referencePolicy: ['literal', 'logical'],
        }
      : {
          updateCreate: false,
          conditionalCreate: false,
          conditionalRead: 'not-match',
          conditionalUpdate: false,
          conditionalDelete: 'not-supported',
        }),
    searchInclude: ['*', ...includes(type)],
    ...(reverse.has(type) ? { searchRevInclude: reverse.get(type) } : {}),
    searchParam: parameters
      .all(type)
      .filter(supported)
      .map((parameter) => {
        const modifiers = COMMON.slice(0, 2).includes(parameter.code) ? [] : [...modifiersOf(parameter.type), 'missing'];
        return {
          name: parameter.code,
          type: parameter.type,
          ...(modifiers.length === 0 ? {} : { documentation: `Modifiers: ${modifiers.map((modifier) => `:${modifier}`).join(' ')}` }),
        };
      }),
    operation: [
      ...(writable ? [{ name: 'validate', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate' }] : []),
      ...(type === 'Patient' ? [{ name: 'everything', definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything' }] : []),
    ],
  }));
  const statement = {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date(parts.now()).toISOString(),
    publisher: parts.organisationName,
    kind: 'instance',
    software: { name: 'Careledger', version: parts.version },
    implementation: {
      description: writable
        ? `Records of ${parts.organisationName}`
        : `Synchronised copies of ${parts.space} at ${parts.organisationName}, read-only`,
      url: parts.base,
    },
    fhirVersion: '4.0.1',
    format: ['json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Answers are sent only after their audit entry is durable. Searches take `_count`, `_sort`, `_total`, `_summary` (true, text, data, count), `_elements`, `_include`, `_revinclude` (also `:iterate`), chains and `_has` up to 4 levels, and `Prefer: handling=lenient|strict` (default strict).',
        security: {
          cors: false,
          service: [
            {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'OAuth', display: 'OAuth' }],
              text: 'Bearer token of this organisation',
            },
          ],
        },
        resource: resource.map(({ operation, ...rest }) => (operation.length === 0 ? rest : { ...rest, operation })),
        interaction: codes(writable ? ['transaction', 'batch', 'search-system', 'history-system'] : ['search-system', 'history-system']),
        searchParam: [{ name: '_type', type: 'token', documentation: 'Types to search over; required at system level.' }],
      },
    ],
  };
  return ok({ status: 200, body: utf8(JSON.stringify(statement)) });
}
