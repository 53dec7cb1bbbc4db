/** The policy of the sandbox: US law for the local rules; reading across organisations is opt-in for every purpose. */
import type { Policy } from './model.ts';

const optIn = {
  default: 'opt-in',
  basis: { code: 'network-opt-in', words: 'In this network a record is read across organisations only when the patient has shared it' },
} as const;

const CLINICAL = ['read', 'search', 'history', 'create', 'update', 'delete', 'export', 'prove'] as const;

export const sandboxPolicy: Policy = {
  id: 'sandbox',
  version: '1',
  network: { treatment: optIn, 'second-opinion': optIn, payment: optIn, research: optIn, 'public-health': optIn },
  local: [
    {
      id: 'patient-own-record',
      role: 'patient',
      actions: ['read', 'search', 'history', 'export', 'prove', 'see-accesses', 'see-shares', 'change-shares'],
      purposes: ['patient-request'],
      patients: 'own',
      basis: { code: '45-CFR-164.524', words: 'It is their own record, and the law gives them access to it (HIPAA right of access)' },
    },
    {
      id: 'clinician-treatment',
      role: 'clinician',
      actions: [...CLINICAL, 'ask-access'],
      purposes: ['treatment', 'second-opinion'],
      patients: 'all',
      basis: { code: '45-CFR-164.506(c)', words: 'They treat patients of this organisation, and the law allows it for treatment (HIPAA)' },
    },
    {
      id: 'privacy-officer-review',
      role: 'privacy-officer',
      actions: ['see-accesses', 'see-shares', 'see-node', 'verify'],
      purposes: ['privacy-review'],
      patients: 'all',
      basis: { code: '45-CFR-164.530(a)', words: 'They watch over privacy at this organisation, as the law requires (HIPAA)' },
    },
    {
      id: 'operator-node',
      role: 'operator',
      actions: ['see-node', 'verify', 'heal'],
      purposes: ['operations'],
      patients: 'all',
      basis: { code: '45-CFR-164.308(a)', words: 'They keep this organisation’s system running and secure; they see no health data' },
    },
    {
      id: 'system-integration',
      role: 'system',
      actions: [...CLINICAL, 'see-node', 'verify', 'heal'],
      purposes: ['operations', 'treatment', 'payment', 'public-health'],
      patients: 'all',
      basis: { code: '45-CFR-164.506(c)', words: 'A system of this organisation that works on its records (HIPAA: treatment, payment, operations)' },
    },
  ],
  statutes: [
    {
      id: 'psychotherapy-notes',
      label: 'PSYTHPN',
      exceptRoles: ['system'],
      law: '45 CFR 164.508(a)(2): psychotherapy notes need a separate authorisation',
    },
  ],
  // HL7 v3 ActCode: substance use, mental health, sexual health, HIV, domestic violence, reproductive health, genetic; and restricted as such.
  sensitiveLabels: ['ETH', 'SUD', 'ETHUD', 'OPIOIDUD', 'PSY', 'MH', 'BH', 'SEX', 'STD', 'HIV', 'SDV', 'SPI', 'GDIS', 'R', 'V'],
  sharedTypes: ['Organization', 'Practitioner', 'PractitionerRole', 'Location', 'Medication', 'HealthcareService', 'Substance'],
  acrossRoles: ['clinician', 'system'],
  shareBasis: { code: 'patient-share', words: 'The patient shared the record with them' },
  ledgerAge: { normal: 30_000, treatment: 15 * 60_000 },
};
