/**
 * Sensitivity labels of a record, set when it is written: the ones it states itself (`meta.security`) and the ones its codes imply.
 * The list of codes is a start, not a terminology: an organisation adds its own.
 */

interface Coding {
  readonly system?: unknown;
  readonly code?: unknown;
}

const SECURITY_SYSTEMS = ['http://terminology.hl7.org/CodeSystem/v3-ActCode', 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'];
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

/** Codes that imply a label, by `system|code`. */
const IMPLIED: ReadonlyMap<string, string> = new Map([
  // Substance use
  ...['55680006', '361055000', '7200002', '5602001', '6525002', '449868002', '707536003'].map((code) => [`${SNOMED}|${code}`, 'SUD'] as const),
  ...['82667-7', '68524-8', '72109-2'].map((code) => [`${LOINC}|${code}`, 'SUD'] as const),
  // Mental health
  ...['35489007', '370143000', '36923009', '80583007', '313182004', '197480006', '47505003', '231504006'].map((code) => [`${SNOMED}|${code}`, 'MH'] as const),
  ...['55758-7', '44249-1', '69737-5', '70274-6'].map((code) => [`${LOINC}|${code}`, 'MH'] as const),
  // HIV and sexual health
  ...['86406008', '165816005'].map((code) => [`${SNOMED}|${code}`, 'HIV'] as const),
  ...['75622-1', '24012-7', '56888-1'].map((code) => [`${LOINC}|${code}`, 'HIV'] as const),
  ...['169553002', '65200003', '76601001'].map((code) => [`${SNOMED}|${code}`, 'SEX'] as const),
]);

const CODED_ELEMENTS = ['code', 'medicationCodeableConcept', 'vaccineCode', 'type', 'reasonCode', 'category'];

function* codings(value: unknown): Generator<Coding> {
  for (const concept of Array.isArray(value) ? value : [value]) {
    if (typeof concept !== 'object' || concept === null) continue;
    const list = (concept as { coding?: unknown }).coding;
    if (Array.isArray(list)) for (const coding of list) if (typeof coding === 'object' && coding !== null) yield coding as Coding;
  }
}

/** `resource` is a parsed FHIR resource. */
export function labelsOf(resource: Readonly<Record<string, unknown>>): readonly string[] {
  const labels = new Set<string>();
  const security = (resource['meta'] as { security?: unknown } | undefined)?.security;
  if (Array.isArray(security)) {
    for (const coding of security as readonly (Coding | null)[]) {
      if (coding && typeof coding.code === 'string' && SECURITY_SYSTEMS.includes(coding.system as string) && coding.code.length <= 32) labels.add(coding.code);
    }
  }
  for (const element of CODED_ELEMENTS) {
    for (const coding of codings(resource[element])) {
      const label = IMPLIED.get(`${String(coding.system)}|${String(coding.code)}`);
      if (label !== undefined) labels.add(label);
    }
  }
  return [...labels];
}
