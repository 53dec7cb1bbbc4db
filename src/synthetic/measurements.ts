/** What is measured: LOINC code, plain title, UCUM unit, adult reference range and how many decimals a laboratory reports. */

export interface Measurement {
  readonly loinc: string;
  readonly title: string;
  /** Unit as printed, and as UCUM code. */
  readonly unit: string;
  readonly ucum: string;
  readonly low?: number;
  readonly high?: number;
  readonly digits: number;
  readonly category: 'vital-signs' | 'laboratory';
}

const vital = (loinc: string, title: string, unit: string, ucum: string, digits: number, low?: number, high?: number): Measurement => ({
  loinc,
  title,
  unit,
  ucum,
  digits,
  category: 'vital-signs',
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
});

const lab = (loinc: string, title: string, unit: string, ucum: string, digits: number, low?: number, high?: number): Measurement => ({
  ...vital(loinc, title, unit, ucum, digits, low, high),
  category: 'laboratory',
});

export const measurements = {
  height: vital('8302-2', 'Body height', 'cm', 'cm', 1),
  weight: vital('29463-7', 'Body weight', 'kg', 'kg', 1),
  bmi: vital('39156-5', 'Body mass index', 'kg/m2', 'kg/m2', 1, 18.5, 25),
  heartRate: vital('8867-4', 'Heart rate', '/min', '/min', 0, 60, 100),
  temperature: vital('8310-5', 'Body temperature', '°C', 'Cel', 1, 36.1, 37.2),
  systolic: vital('8480-6', 'Systolic blood pressure', 'mmHg', 'mm[Hg]', 0, 90, 130),
  diastolic: vital('8462-4', 'Diastolic blood pressure', 'mmHg', 'mm[Hg]', 0, 60, 85),
  hba1c: lab('4548-4', 'Hemoglobin A1c', '%', '%', 1, 4.0, 5.6),
  glucose: lab('2345-7', 'Glucose', 'mg/dL', 'mg/dL', 0, 70, 99),
  creatinine: lab('2160-0', 'Creatinine', 'mg/dL', 'mg/dL', 2, 0.6, 1.2),
  egfr: lab('33914-3', 'Estimated glomerular filtration rate', 'mL/min/1.73m2', 'mL/min/{1.73_m2}', 0, 60),
  sodium: lab('2951-2', 'Sodium', 'mmol/L', 'mmol/L', 0, 136, 145),
  potassium: lab('2823-3', 'Potassium', 'mmol/L', 'mmol/L', 1, 3.5, 5.1),
  cholesterol: lab('2093-3', 'Total cholesterol', 'mg/dL', 'mg/dL', 0, undefined, 200),
  ldl: lab('2089-1', 'LDL cholesterol', 'mg/dL', 'mg/dL', 0, undefined, 130),
  hdl: lab('2085-9', 'HDL cholesterol', 'mg/dL', 'mg/dL', 0, 40),
  triglycerides: lab('2571-8', 'Triglycerides', 'mg/dL', 'mg/dL', 0, undefined, 150),
  hemoglobin: lab('718-7', 'Hemoglobin', 'g/dL', 'g/dL', 1, 12.0, 17.5),
  leukocytes: lab('6690-2', 'White blood cells', '10*3/uL', '10*3/uL', 1, 4.0, 11.0),
  platelets: lab('777-3', 'Platelets', '10*3/uL', '10*3/uL', 0, 150, 400),
} as const satisfies Record<string, Measurement>;

export type MeasurementName = keyof typeof measurements;

/** Panels that a laboratory reports together. */
export const panels = {
  metabolic: { loinc: '51990-0', title: 'Basic metabolic panel', members: ['glucose', 'creatinine', 'egfr', 'sodium', 'potassium'] },
  lipids: { loinc: '57698-3', title: 'Lipid panel', members: ['cholesterol', 'ldl', 'hdl', 'triglycerides'] },
  blood: { loinc: '58410-2', title: 'Complete blood count', members: ['hemoglobin', 'leukocytes', 'platelets'] },
  diabetes: { loinc: '4548-4', title: 'Hemoglobin A1c', members: ['hba1c'] },
} as const satisfies Record<string, { loinc: string; title: string; members: readonly MeasurementName[] }>;

export type PanelName = keyof typeof panels;
