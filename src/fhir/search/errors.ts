import { defineErrors } from '../../base/errors.ts';

export const searchErrors = defineErrors({
  'search.unknown-parameter': {
    status: 400,
    issue: 'not-supported',
    message: 'The search parameter is not known for this resource type.',
    hint: 'See the CapabilityStatement (GET metadata), or send `Prefer: handling=lenient` to have unknown parameters ignored.',
  },
  'search.unsupported-modifier': {
    status: 400,
    issue: 'not-supported',
    message: 'The modifier is not supported for this search parameter.',
    hint: 'See the CapabilityStatement (GET metadata) for what each parameter supports.',
  },
  'search.malformed-value': {
    status: 400,
    issue: 'value',
    message: 'The value of the search parameter is malformed.',
    hint: 'See the type of the parameter in the FHIR R4 search page.',
  },
  'search.malformed-query': {
    status: 400,
    issue: 'structure',
    message: 'The query string is malformed.',
    hint: 'Percent-encode names and values as UTF-8 (RFC 3986).',
  },
  'search.cursor': {
    status: 400,
    issue: 'value',
    message: 'The page link is not one that this server made.',
    hint: 'Start the search again from its first page.',
  },
  'search.too-costly': {
    status: 400,
    issue: 'too-costly',
    message: 'The search matches too many records to be answered in this form.',
    hint: 'Narrow the search, for example by patient or by date, or sort by `_lastUpdated` or `date`.',
  },
  'search.too-long': {
    status: 400,
    issue: 'too-long',
    message: 'The search has more parameters or values than the limit allows.',
    hint: 'Split it into several searches.',
  },
});
