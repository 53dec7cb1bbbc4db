/** What the clinic reports to the hospital of a read. */
export const reportedAccess = {
  v: 1,
  action: 'read',
  time: '2026-11-01T10:00:00.000Z',
  patient: 'p-1',
  custodian: 'hospital',
  who: { id: 'u-1', kind: 'person', name: 'Dr Example', role: 'clinician' },
  organisation: { id: 'clinic', name: 'The clinic' },
  what: { words: 'Read 2 results', counts: { Observation: 2 } },
  purpose: { code: 'TREAT', id: 'treatment', words: 'Treatment' },
  basis: { code: 'share', words: 'The patient shares this', rule: 'share' },
  outcome: 'released',
  through: 'portal',
  rules: { rules: '1' },
};
