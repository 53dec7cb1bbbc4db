/** What the categories of a share mean in resource types. */
import type { ShareCategory } from '../contract/portal.ts';

const TYPES: Readonly<Record<Exclude<ShareCategory, 'everything'>, readonly string[]>> = {
  results: ['Observation', 'DiagnosticReport', 'ImagingStudy', 'Specimen', 'MolecularSequence'],
  medications: ['MedicationRequest', 'MedicationStatement', 'MedicationDispense', 'MedicationAdministration'],
  diagnoses: ['Condition', 'AllergyIntolerance', 'ClinicalImpression', 'FamilyMemberHistory', 'DetectedIssue', 'RiskAssessment', 'AdverseEvent'],
  visits: ['Encounter', 'EpisodeOfCare', 'Appointment', 'Procedure', 'CarePlan', 'CareTeam', 'Goal', 'ServiceRequest'],
  immunizations: ['Immunization', 'ImmunizationEvaluation', 'ImmunizationRecommendation'],
  documents: ['DocumentReference', 'Composition', 'Media', 'QuestionnaireResponse', 'Communication'],
};

/** Undefined: every type. */
export function typesOf(categories: readonly ShareCategory[]): readonly string[] | undefined {
  if (categories.includes('everything')) return undefined;
  return [...new Set(categories.flatMap((category) => (category === 'everything' ? [] : TYPES[category])))];
}
