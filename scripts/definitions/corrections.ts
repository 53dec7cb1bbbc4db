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
