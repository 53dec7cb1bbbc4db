/** Conditions (ICD-10-CM), medicines (RxNorm), vaccines (CVX) and procedures (ICD-10-PCS) of the stories. */

export const systems = {
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  icd10pcs: 'http://www.cms.gov/Medicare/Coding/ICD10',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  confidentiality: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality',
} as const;

export interface Code {
  readonly code: string;
  readonly title: string;
}

/** Sensitivity codes of HL7 v3 ActCode: mental health, substance use, sexually transmitted disease. */
export type Sensitivity = 'PSY' | 'ETH' | 'STD';

export interface Diagnosis extends Code {
  readonly sensitive?: Sensitivity;
}

export const diagnoses = {
  diabetes: { code: 'E11.9', title: 'Type 2 diabetes' },
  prediabetes: { code: 'R73.03', title: 'Prediabetes' },
  hypertension: { code: 'I10', title: 'High blood pressure' },
  lipids: { code: 'E78.5', title: 'High cholesterol' },
  kidney: { code: 'N18.30', title: 'Chronic kidney disease, stage 3' },
  asthma: { code: 'J45.909', title: 'Asthma' },
  sinusitis: { code: 'J01.90', title: 'Acute sinusitis' },
  bronchitis: { code: 'J20.9', title: 'Acute bronchitis' },
  urinary: { code: 'N39.0', title: 'Urinary tract infection' },
  earInfection: { code: 'H66.90', title: 'Middle ear infection' },
  wristFracture: { code: 'S52.501A', title: 'Broken wrist' },
  appendicitis: { code: 'K35.80', title: 'Acute appendicitis' },
  kneeArthritis: { code: 'M17.11', title: 'Osteoarthritis of the right knee' },
  depression: { code: 'F33.1', title: 'Depression', sensitive: 'PSY' },
  alcohol: { code: 'F10.20', title: 'Alcohol use disorder', sensitive: 'ETH' },
  chlamydia: { code: 'A56.00', title: 'Chlamydia infection', sensitive: 'STD' },
} as const satisfies Record<string, Diagnosis>;

export type DiagnosisName = keyof typeof diagnoses;

export interface Medicine extends Code {
  readonly dose: string;
  readonly sensitive?: Sensitivity;
}

export const medicines = {
  metformin: { code: '860975', title: 'Metformin 500 mg extended-release tablet', dose: 'One tablet with breakfast and one with dinner' },
  lisinopril: { code: '314076', title: 'Lisinopril 10 mg tablet', dose: 'One tablet every morning' },
  amlodipine: { code: '197361', title: 'Amlodipine 5 mg tablet', dose: 'One tablet every morning' },
  atorvastatin: { code: '617318', title: 'Atorvastatin 20 mg tablet', dose: 'One tablet in the evening' },
  albuterol: { code: '745752', title: 'Albuterol inhaler 90 mcg', dose: 'Two puffs when short of breath, at most every four hours' },
  amoxicillin: { code: '308182', title: 'Amoxicillin 250 mg capsule', dose: 'One capsule three times a day for seven days' },
  nitrofurantoin: { code: '311995', title: 'Nitrofurantoin 50 mg capsule', dose: 'One capsule four times a day for five days' },
  doxycycline: { code: '197633', title: 'Doxycycline 100 mg capsule', dose: 'One capsule twice a day for seven days', sensitive: 'STD' },
  sertraline: { code: '312940', title: 'Sertraline 25 mg tablet', dose: 'One tablet every morning', sensitive: 'PSY' },
  naltrexone: { code: '198042', title: 'Naltrexone 50 mg tablet', dose: 'One tablet every morning', sensitive: 'ETH' },
  ibuprofen: { code: '197806', title: 'Ibuprofen 600 mg tablet', dose: 'One tablet when in pain, at most three a day' },
} as const satisfies Record<string, Medicine>;

export type MedicineName = keyof typeof medicines;

export const vaccines = {
  influenza: { code: '140', title: 'Influenza vaccine' },
  tetanus: { code: '113', title: 'Tetanus and diphtheria vaccine' },
  mmr: { code: '03', title: 'Measles, mumps and rubella vaccine' },
  dtap: { code: '20', title: 'Diphtheria, tetanus and pertussis vaccine' },
  polio: { code: '10', title: 'Polio vaccine' },
  pneumococcal: { code: '33', title: 'Pneumococcal vaccine' },
  shingles: { code: '187', title: 'Shingles vaccine' },
} as const satisfies Record<string, Code>;

export type VaccineName = keyof typeof vaccines;

export const procedures = {
  appendectomy: { code: '0DTJ4ZZ', title: 'Removal of the appendix' },
  kneeReplacement: { code: '0SRC0J9', title: 'Replacement of the right knee joint' },
  colonoscopy: { code: '0DJD8ZZ', title: 'Colonoscopy' },
  castWrist: { code: '2W3CX2Z', title: 'Cast on the right forearm' },
} as const satisfies Record<string, Code>;

export type ProcedureName = keyof typeof procedures;

export const allergies = [
  { code: '7980', title: 'Penicillin', reaction: 'Skin rash', severity: 'moderate', category: 'medication' },
  { code: '10831', title: 'Sulfamethoxazole', reaction: 'Hives', severity: 'moderate', category: 'medication' },
  { code: '1191', title: 'Aspirin', reaction: 'Wheezing', severity: 'severe', category: 'medication' },
  { code: '5640', title: 'Ibuprofen', reaction: 'Swelling of the face', severity: 'severe', category: 'medication' },
] as const;
