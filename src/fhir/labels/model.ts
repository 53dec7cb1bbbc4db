/** A rule: any of these codes, singly, makes a record sensitive in one way. */
export interface LabelRule {
  /** HL7 v3 ActCode (InformationSensitivityPolicy). */
  readonly label: string;
  readonly system: string;
  /** Exact codes. */
  readonly codes?: readonly string[];
  /** Beginnings of codes of hierarchical systems (ICD-10: `F32`). */
  readonly prefixes?: readonly string[];
}

export const snomed = 'http://snomed.info/sct';
export const loinc = 'http://loinc.org';
export const icd10 = 'http://hl7.org/fhir/sid/icd-10';
export const icd10cm = 'http://hl7.org/fhir/sid/icd-10-cm';
