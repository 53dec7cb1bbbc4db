import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../../src/base/bytes.ts';
import { openContent, parseDocument, stamp } from '../../../src/fhir/interactions/content.ts';
import { writeJson as documentText } from '../../../src/fhir/json/write.ts';
import { rewriteReferences } from '../../../src/fhir/interactions/references.ts';
import { patientsIn } from '../../../src/fhir/interactions/touched.ts';

const open = (text: string) => {
  const document = parseDocument(text);
  if (!document.ok) throw new Error(document.error.message);
  return document.value;
};

describe('digits of numbers', () => {
  const NUMBERS = [
    '1.30',
    '1.0',
    '0.10',
    '100',
    '0',
    '-0',
    '-0.0',
    '1e2',
    '1E+2',
    '1.5e-10',
    '12345678901234567890',
    '0.1234567890123456789',
    '3.14',
    '10.00',
    '1e400',
    '-7',
    '60.4',
  ];
  test.each(NUMBERS)('%s stays as a member, in a list, deep, and through a change of the document', (digits) => {
    const text = `{"resourceType":"X","a":${digits},"b":[${digits},1],"c":{"d":[{"e":${digits}}]},"f":"${digits}"}`;
    expect(documentText(open(text))).toBe(text);
    expect(documentText(open(text.replaceAll(/([:,])(?=[-\d"[{])/g, '$1 \n')))).toBe(text);
    const stamped = stamp(open(text), { type: 'X', id: '1', version: 2, lastUpdated: 0 });
    expect(fromUtf8(stamped.content)).toBe(
      `{"resourceType":"X","id":"1","meta":{"versionId":"2","lastUpdated":"1970-01-01T00:00:00.000Z"},${text.slice(20)}`,
    );
    expect(documentText(openContent(stamped.content))).toBe(fromUtf8(stamped.content));
  });

  test('references are rewritten without touching digits', () => {
    const text = '{"resourceType":"X","list":[{"reference":"urn:a","n":1.50},{"n":[2.50,{"reference":"urn:b"}]}],"m":3.10}';
    expect(documentText(rewriteReferences(open(text), (reference) => reference.replace('urn:', 'P/')))).toBe(
      text.replace('urn:a', 'P/a').replace('urn:b', 'P/b'),
    );
  });

  test('numbers are numbers to whoever looks', () => {
    expect(open('{"a":1.30}')['a']).toBe(1.3);
  });
});

describe('stamping', () => {
  test('keeps the rest of meta and the order of members', () => {
    const { content } = stamp(open('{"z":1,"meta":{"tag":[{"code":"a"}],"versionId":"9"},"resourceType":"X","id":"old","a":"\\u00e9"}'), {
      type: 'X',
      id: 'new',
      version: 1,
      lastUpdated: 1,
    });
    expect(fromUtf8(content)).toBe(
      '{"resourceType":"X","id":"new","meta":{"versionId":"1","lastUpdated":"1970-01-01T00:00:00.001Z","tag":[{"code":"a"}]},"z":1,"a":"é"}',
    );
  });
});

describe('patients in stored JSON', () => {
  test.each([
    ['{"subject":{"reference":"Patient/a-1.B"}}', ['a-1.B']],
    ['{"x":"Patient/1","y":["Patient/2","Patient/1/_history/3"]}', ['1', '2']],
    ['{"x":"Patient/"}', []],
    [`{"x":"Patient/${'a'.repeat(65)}"}`, []],
    ['{"x":"http://example.org/fhir/Patient/7"}', ['7']],
    ['', []],
  ] as const)('%s', (text, ids) => {
    expect(patientsIn(Buffer.from(text))).toEqual(ids);
  });
});
