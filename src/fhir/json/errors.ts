import { defineErrors } from '../../base/errors.ts';

export const jsonErrors = defineErrors({
  'json.malformed': { status: 400, issue: 'structure', message: 'The text is not well-formed JSON.', hint: 'Send JSON (RFC 8259) in UTF-8.' },
  'json.not-an-object': {
    status: 400,
    issue: 'structure',
    message: 'The JSON is not an object.',
    hint: 'A FHIR resource is a JSON object with a `resourceType`.',
  },
  'json.duplicate-name': {
    status: 400,
    issue: 'structure',
    message: 'A property occurs twice in one object.',
    hint: 'Send each property once: readers differ in which of two they take.',
  },
  'json.name': {
    status: 400,
    issue: 'structure',
    message: 'A property has a name that is not allowed.',
    hint: 'Property names of FHIR are letters, digits and a leading underscore.',
  },
  'json.too-deep': {
    status: 400,
    issue: 'too-long',
    message: 'The JSON is nested too deeply.',
    hint: 'FHIR resources nest a few dozen levels at most.',
  },
  'json.too-long': {
    status: 413,
    issue: 'too-long',
    message: 'The text is longer than the limit.',
    hint: 'Send large content as several resources or requests.',
  },
});
