import { describe, expect, test } from 'vitest';
import { unwrap } from '../../../src/base/result.ts';
import { rewriteReferences } from '../../../src/fhir/interactions/references.ts';
import { exactText, holdsExact } from '../../../src/fhir/json/exact.ts';
import { defaultLimits, parseJson, type JsonObject } from '../../../src/fhir/json/parse.ts';
import { stampResource } from '../../../src/fhir/json/stamp.ts';
import { writeJson } from '../../../src/fhir/json/write.ts';
import { examplesFile, resourcesIn, syntheaFile } from '../support/resources.ts';

const roundTrip = (text: string): string => writeJson(unwrap(parseJson(text)));

/** The tokens of a text, strings in one spelling. */
const tokens = (text: string): string =>
  text
    .match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g)!
    .map((token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token))
    .join('');

describe('numbers keep their digits', () => {
  test.each([
    '1.30',
    '1e2',
    '1E+2',
    '-0',
    '0.0',
    '12345678901234567890',
    '0.1234567890123456789',
    '1.0',
    '0.0000001',
    '1e-7',
    '100',
    '-5',
    '1.5',
    '123456789012345',
    '1234567890123456',
  ])('%s', (number) => {
    expect(roundTrip(`{"a":${number}}`)).toBe(`{"a":${number}}`);
    expect(roundTrip(`{"s":"x","a":[1,${number},{"b":${number}}],"z":2.50}`)).toBe(`{"s":"x","a":[1,${number},{"b":${number}}],"z":2.50}`);
  });

  test('the parsed value is a plain number', () => {
    const value = unwrap(parseJson('{"a":{"b":1.30},"c":{"d":1.5}}')) as { a: object; c: object };
    expect(value).toEqual({ a: { b: 1.3 }, c: { d: 1.5 } });
    expect(exactText(value.a, 'b')).toBe('1.30');
    expect(holdsExact(value)).toBe(true);
    expect(holdsExact(value.c)).toBe(false);
  });

  test('what looks like a number in a string is none', () => {
    const text = '{"a":"1.30 \\" 1e2, : { \\\\","b":["\\\\\\"9.90",7.70]}';
    expect(roundTrip(text)).toBe(text);
  });
});

describe('bad input is refused, with its place', () => {
  test.each([
    ['{"a":1,', 'json.malformed', 'line 1, column 8'],
    ['{\n "a": tru\n}', 'json.malformed', 'line 2, column 7'],
    ['{"a":1}x', 'json.malformed', 'column 8'],
    ['{"a":01}', 'json.malformed', 'column 6'],
    ['{"a":[1,]}', 'json.malformed', 'column 9'],
    ['{"a" 1}', 'json.malformed', 'column 6'],
    ['{"a":"b\nc"}', 'json.malformed', 'column 6'],
    ['', 'json.malformed', 'line 1'],
    ['[]', 'json.not-an-object', ''],
    ['3', 'json.not-an-object', ''],
    ['{"a":1,\n"a":2}', 'json.duplicate-name', 'line 2, column 1'],
    ['{"x":[{"b":{"a":1,"\\u0061":2}}]}', 'json.duplicate-name', '`a`'],
    ['{"x":{"__proto__":{"y":1}}}', 'json.name', '$.x.__proto__'],
    ['{"x":[{"\\u005f_proto__":1}]}', 'json.name', '$.x[0].__proto__'],
    ['{"x":{"0":1}}', 'json.name', '$.x.0'],
    ['{"":1}', 'json.name', '$.'],
    [`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'json.too-deep', '64'],
  ])('%s', (text, code, place) => {
    const result = parseJson(text);
    expect(result.ok ? { code: 'accepted' } : result.error).toMatchObject({ code, message: expect.stringContaining(place) as string });
  });

  test('limits: depth up to the limit passes, longer text does not', () => {
    expect(parseJson(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`).ok).toBe(true);
    expect(parseJson('{"a":"123456"}', { ...defaultLimits, length: 10 })).toMatchObject({ ok: false, error: { code: 'json.too-long' } });
    expect(parseJson(`{"a":${'['.repeat(200_000)}`)).toMatchObject({ ok: false });
    expect(({} as { y?: unknown }).y).toBeUndefined();
  });

  test('equal names in different objects are no duplicates', () => {
    expect(parseJson('{"a":{"a":[{"a":1},{"a":2}]},"b":"\\"a\\":{"}').ok).toBe(true);
  });
});

describe('the server assigns id and meta, and nothing else changes', () => {
  const stamp = { id: 'new', versionId: '3', lastUpdated: '2026-01-02T03:04:05.678Z' };

  test('order and digits stay', () => {
    const sent = unwrap(
      parseJson(
        '{"valueDecimal":1.10,"resourceType":"Basic","id":"old","b":{"c":[2.0]},"meta":{"versionId":"1","tag":[{"x":1e1}],"lastUpdated":"x"}}',
      ),
    );
    expect(writeJson(stampResource(sent, stamp))).toBe(
      '{"resourceType":"Basic","id":"new","meta":{"versionId":"3","lastUpdated":"2026-01-02T03:04:05.678Z","tag":[{"x":1e1}]},"valueDecimal":1.10,"b":{"c":[2.0]}}',
    );
    expect(sent['id']).toBe('old');
  });

  test('a resource without meta gets one', () => {
    expect(writeJson(stampResource({ resourceType: 'Basic' }, stamp))).toBe(
      '{"resourceType":"Basic","id":"new","meta":{"versionId":"3","lastUpdated":"2026-01-02T03:04:05.678Z"}}',
    );
  });
});

describe('references of a transaction', () => {
  const urn = 'urn:uuid:15680db8-cb5e-42bf-b6cf-43a92be01130';
  const targets = new Map([
    [urn, 'Patient/1'],
    ['Patient?identifier=x', 'Patient/2'],
  ]);

  test('are rewritten where they are references, digits stay, the original too', () => {
    const sent = unwrap(
      parseJson(
        `{"subject":{"reference":"${urn}","n":1.50},"other":{"v":2.0},"identifier":{"system":"${urn}","value":"${urn}"},"list":[{"reference":"Patient?identifier=x"}],"text":{"div":"<div><a href=\\"${urn}\\">${urn}</a></div>"}}`,
      ),
    );
    const before = writeJson(sent);
    const rewritten = rewriteReferences(sent, (text) => targets.get(text)) as JsonObject;
    expect(writeJson(rewritten)).toBe(
      `{"subject":{"reference":"Patient/1","n":1.50},"other":{"v":2.0},"identifier":{"system":"${urn}","value":"${urn}"},"list":[{"reference":"Patient/2"}],"text":{"div":"<div><a href=\\"Patient/1\\">${urn}</a></div>"}}`,
    );
    expect(rewritten['other']).toBe(sent['other']);
    expect(writeJson(sent)).toBe(before);
  });

  test('a number that was changed loses its old digits', () => {
    const sent = unwrap(parseJson('{"a":{"reference":"x","n":1.0},"b":1.0}'));
    const copy = rewriteReferences(sent, (text) => (text === 'x' ? 'y' : undefined));
    expect(writeJson(copy)).toBe('{"a":{"reference":"y","n":1.0},"b":1.0}');
  });
});

describe.skipIf(!examplesFile || !syntheaFile)('the corpora', () => {
  test('every file comes back token for token', () => {
    let files = 0;
    for (const url of [examplesFile!, syntheaFile!]) {
      for (const { name, text, resource } of resourcesIn(url)) {
        if (tokens(writeJson(resource)) !== tokens(text)) throw new Error(`${name} came back changed`);
        files++;
      }
    }
    expect(files).toBeGreaterThan(5300);
  }, 120_000);
});
