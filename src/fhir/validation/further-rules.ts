/** Rules that R4 states in the text of single elements, not as constraints. */

interface Broken {
  readonly code: 'value' | 'required';
  readonly element: string;
  readonly message: string;
}

type Rule = (value: Readonly<Record<string, unknown>>) => Broken | undefined;

/** Attachment.size counts the bytes of `data`, when both are there. */
const attachmentSize: Rule = ({ data, size }) => {
  if (typeof data !== 'string' || typeof size !== 'number') return undefined;
  const compact = data.replace(/\s+/g, '');
  const bytes = (compact.length / 4) * 3 - (compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0);
  return bytes === size ? undefined : { code: 'value', element: 'size', message: `says ${size} bytes, but the data has ${bytes}.` };
};

/** Bundle.entry.fullUrl is an absolute URL or a URN. */
const fullUrl: Rule = ({ fullUrl: url }) =>
  typeof url === 'string' && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(url)
    ? { code: 'value', element: 'fullUrl', message: `\`${url.slice(0, 80)}\` is not an absolute URL.` }
    : undefined;

/** Questionnaire.item.linkId is what answers refer to: only displayed text, which has none, may do without (as a published example does). */
const linkId: Rule = (item) =>
  item['linkId'] === undefined && item['_linkId'] === undefined && item['type'] !== 'display'
    ? { code: 'required', element: '', message: '`linkId` is missing from Questionnaire.item.' }
    : undefined;

/** By type or backbone shape. */
export const furtherRules: ReadonlyMap<string, Rule> = new Map([
  ['Attachment', attachmentSize],
  ['Bundle.entry', fullUrl],
  ['Questionnaire.item', linkId],
]);
