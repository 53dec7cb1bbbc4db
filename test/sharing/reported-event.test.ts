/** What a grantee reports goes into a patient's log at the custodian: only whole reports, only about its own people, only what the form has. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import { reportedEvent } from '../../src/sharing/messages/reported-event.ts';
import { reportedAccess as event } from '../support/reported-access.ts';

const read = (changes: object) => reportedEvent(utf8(JSON.stringify({ ...event, ...changes })), 'hospital', 'clinic');

describe('a reported access', () => {
  test('is taken as it is, but for the name of the organisation, which the custodian knows itself', () => {
    expect(read({})).toEqual({ ...event, organisation: { id: 'clinic', name: 'clinic' } });
    const refused = { outcome: 'refused', refusal: { code: 'access.denied', words: 'No' }, exception: 'ledger-behind', grant: 'ab' };
    expect(read(refused)).toMatchObject(refused);
  });

  test.each([
    ['what is shown is missing', { purpose: undefined }],
    ['the basis is no object', { basis: 'share' }],
    ['a name is not text', { who: { ...event.who, name: 7 } }],
    ['the purpose is none', { purpose: { ...event.purpose, id: 'curiosity' } }],
    ['the action is none', { action: 'toString' }],
    ['the time is none', { time: 'yesterday' }],
    ['it speaks for somebody else', { organisation: { id: 'insurer', name: 'X' } }],
    ['it is about somebody else’s patient', { custodian: 'pharmacy' }],
    ['the patient is no id', { patient: 'pharmacy/p-1' }],
    ['a refusal does not say why', { outcome: 'refused', refusal: { code: 'x' } }],
  ])('is refused when %s', (_what, changes) => expect(read(changes)).toBeUndefined());

  test('carries nothing else in, and no more than fits', () => {
    const long = 'x'.repeat(10_000);
    const counts = { Observation: 2, patient: 9, Condition: -1, Immunization: 'many' };
    const taken = read({ hidden: long, reportedBy: 'somebody', what: { words: long, counts, more: 1 } })!;
    expect(Object.keys(taken).toSorted()).toEqual(Object.keys(event).toSorted());
    expect(taken.what).toEqual({ words: 'x'.repeat(500), counts: { Observation: 2 } });
  });
});
