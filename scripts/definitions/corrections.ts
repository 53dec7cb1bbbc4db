/**
 * Reference targets that the element definitions leave out although examples published with the standard use them: what HL7 shows as
 * valid is accepted. Keys are element paths.
 */
export const furtherTargets: Readonly<Record<string, readonly string[]>> = {
  'DeviceMetric.parent': ['DeviceDefinition'],
  'DeviceUseStatement.reasonReference': ['Procedure'],
  'MedicationRequest.dispenseRequest.performer': ['Practitioner'],
  'Observation.performer': ['Encounter'],
};

/** Elements that a published example leaves out where they say nothing; `validation/further-rules.ts` asks for them everywhere else. */
export const relaxedMinimum: ReadonlySet<string> = new Set(['Questionnaire.item.linkId']);
