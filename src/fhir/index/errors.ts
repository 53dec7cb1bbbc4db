import { codedError, defineErrors } from '../../base/errors.ts';
import { fail } from '../../base/result.ts';

export const indexErrors = defineErrors({
  'index.unsupported-parameter': {
    status: 400,
    issue: 'not-supported',
    message: 'The search parameter is not supported.',
    hint: 'See the CapabilityStatement (GET metadata) for the parameters of each type.',
  },
  'index.unsupported-modifier': {
    status: 400,
    issue: 'not-supported',
    message: 'The modifier is not supported for this search parameter.',
    hint: 'See the CapabilityStatement (GET metadata) for what each parameter supports.',
  },
  'index.malformed-value': {
    status: 400,
    issue: 'value',
    message: 'The value of the search parameter is malformed.',
    hint: 'See the type of the parameter in the FHIR R4 search page.',
  },
});

export const malformedValue = (param: string, text: string, wanted: string) =>
  fail(
    codedError(indexErrors, 'index.malformed-value', {
      message: `\`${param}\`: \`${text.slice(0, 80)}\` is not ${wanted}.`,
      data: { parameter: param },
    }),
  );

export const unsupportedModifier = (param: string, modifier: string) =>
  fail(
    codedError(indexErrors, 'index.unsupported-modifier', {
      message: `\`${param}\` does not take the modifier \`:${modifier}\`.`,
      data: { parameter: param },
    }),
  );
