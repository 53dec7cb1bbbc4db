/**
 * Narrative (R4 §2.4.0): well-formed XHTML in one `div`, of the elements and attributes that may carry formatting, without scripts,
 * forms, frames or event handlers; and with content.
 */
const elements = new Set(
  'a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li map area ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var kbd del ins s strike center font dir menu'.split(
    ' ',
  ),
);
const attributes = new Set(
  'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan rules scope shape span src start style summary tabindex title type usemap valign value vspace width xmlns xml:lang color size face clear noshade background vlink link alink'.split(
    ' ',
  ),
);
/** Those of XML alone: XHTML in FHIR has no document type that would define others. */
const entities = /&(?:lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});/g;

const tag = /<(?:!--([\s\S]*?)-->|\/([A-Za-z][\w:.-]*)\s*>|([A-Za-z][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>)/y;
const attribute = /([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g;
const namespace = 'http://www.w3.org/1999/xhtml';

const badEntity = (text: string): boolean => text.includes('&') && text.replace(entities, '').includes('&');

export interface NarrativeProblem {
  /** An empty narrative harms nobody, and examples published with the standard have it: a warning. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** What is wrong with a narrative's `div`, or undefined. */
export function checkNarrative(text: string): NarrativeProblem | undefined {
  const { problem, content } = walk(text);
  if (problem !== undefined) return { severity: 'error', message: problem };
  return content ? undefined : { severity: 'warning', message: 'has no text or image' };
}

interface Walked {
  readonly problem?: string;
  readonly content: boolean;
}

const bad = (problem: string): Walked => ({ problem, content: true });

function walk(text: string): Walked {
  const source = text.trim();
  if (!/^<div[\s>/]/.test(source)) return bad('must be one XHTML <div> element');
  const open: string[] = [];
  let content = false;
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf('<', at);
    const run = source.slice(at, next < 0 ? undefined : next);
    if (badEntity(run)) return bad('holds an ampersand that is not an entity');
    if (run.trim() !== '') {
      if (open.length === 0) return bad('has text outside of its <div>');
      content = true;
    }
    if (next < 0) break;
    tag.lastIndex = next;
    const match = tag.exec(source);
    if (!match) return bad(`is not well-formed XHTML near \`${source.slice(next, next + 30)}\``);
    at = tag.lastIndex;
    const [, comment, closing, opening, attributeText = '', empty] = match;
    if (comment !== undefined) continue;
    if (closing !== undefined) {
      if (open.pop() !== closing) return bad(`has a </${closing}> without its beginning`);
      if (open.length === 0 && at < source.length) return bad('has content after its <div>');
      continue;
    }
    const name = opening!.toLowerCase();
    const problem = checkElement(name, attributeText, open.length === 0);
    if (problem) return bad(problem);
    if (name === 'img') content = true;
    if (empty !== '/') open.push(opening!);
  }
  if (open.length > 0) return bad(`has a <${open.at(-1)!}> that is not closed`);
  return { content };
}

function checkElement(name: string, attributeText: string, isRoot: boolean): string | undefined {
  if (!elements.has(name)) return `holds <${name}>, which a narrative must not`;
  for (const [, attributeName, quoted] of attributeText.matchAll(attribute)) {
    const lower = attributeName!.toLowerCase();
    const value = quoted!.slice(1, -1);
    if (!attributes.has(lower) && !lower.startsWith('xml')) return `holds the attribute \`${lower}\`, which a narrative must not`;
    if (badEntity(value)) return 'holds an ampersand that is not an entity';
    if ((lower === 'href' || lower === 'src') && /^\s*(?:javascript|vbscript)\s*:/i.test(value)) return 'holds a link that runs a script';
    if (isRoot && lower === 'xmlns' && value !== namespace) return `must have the namespace ${namespace}`;
  }
  return undefined;
}
