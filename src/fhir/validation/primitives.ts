/** Formats of the primitive types (R4 data types §2.24.0.1). Each check says what is wrong, in plain words, or nothing. */
import { parseDateTime } from '../datatypes/date-time.ts';

export type PrimitiveCheck = (value: unknown) => string | undefined;

/** Characters that strings must not hold: controls other than tab, carriage return, line feed. */
// oxlint-disable-next-line no-control-regex -- to be found
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/;
const maxString = 1024 * 1024;
const blank = /^[\s]*$/;
const idFormat = /^[A-Za-z0-9\-.]{1,64}$/;
const codeFormat = /^[^\s]+(?: [^\s]+)*$/;
const oidFormat = /^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+$/;
const uuidFormat = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const timeFormat = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?$/;
const base64Characters = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

const text =
  (check: (value: string) => string | undefined): PrimitiveCheck =>
  (value) => {
    if (typeof value !== 'string') return `must be a JSON string, not ${kindOf(value)}`;
    return value === '' ? 'must not be empty' : check(value);
  };

export const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'an array'
      : typeof value === 'object'
        ? 'an object'
        : typeof value === 'boolean'
          ? 'a boolean'
          : `a ${typeof value}`;

const checkString = text((value) => {
  if (value.length > maxString) return 'is longer than 1 MB';
  if (control.test(value)) return 'holds a control character';
  const first = value.charCodeAt(0);
  return (first <= 0x20 || first === 0xa0) && blank.test(value) ? 'must not be only blanks' : undefined;
});

const checkCode = text((value) => (codeFormat.test(value) ? undefined : 'is not a code (no blanks at the ends, no double blanks)'));
const checkUri = text((value) => (/\s/.test(value) ? 'is not a URI (it holds blanks)' : undefined));

const dateLike = (accepts: (precision: string, zoned: boolean, value: string) => boolean, name: string) =>
  text((value) => {
    const parsed = parseDateTime(value);
    return parsed && accepts(parsed.precision, parsed.zoned, value) ? undefined : `is not a ${name} (or not in the calendar)`;
  });

const integer =
  (low: number, name: string): PrimitiveCheck =>
  (value) => {
    if (typeof value !== 'number') return `must be a JSON number, not ${kindOf(value)}`;
    return Number.isInteger(value) && value >= low && value <= 2147483647 ? undefined : `is not ${name}`;
  };

/** Padding stands at the end and the length is a multiple of four, blanks aside. */
const checkBase64 = text((value) => {
  if (!base64Characters.test(value)) return 'is not base64';
  let length = value.length;
  if (/\s/.test(value)) length = value.replace(/\s+/g, '').length;
  return length % 4 === 0 ? undefined : 'is not base64 (its length is not a multiple of four)';
});

const checks: Readonly<Record<string, PrimitiveCheck>> = {
  string: checkString,
  markdown: checkString,
  xhtml: checkString,
  code: checkCode,
  id: text((value) => (idFormat.test(value) ? undefined : 'is not an id (1 to 64 letters, digits, `-` and `.`)')),
  uri: checkUri,
  url: checkUri,
  canonical: checkUri,
  oid: text((value) => (oidFormat.test(value) ? undefined : 'is not an OID (`urn:oid:…`)')),
  uuid: text((value) => (uuidFormat.test(value) ? undefined : 'is not a UUID (`urn:uuid:…`)')),
  date: dateLike((precision) => precision === 'day' || precision === 'month' || precision === 'year', 'date'),
  dateTime: dateLike(() => true, 'dateTime'),
  instant: dateLike((precision, zoned) => zoned && (precision === 'second' || precision === 'millisecond'), 'instant with seconds and time zone'),
  time: text((value) => (timeFormat.test(value) ? undefined : 'is not a time of day (hh:mm:ss)')),
  base64Binary: checkBase64,
  boolean: (value) => (typeof value === 'boolean' ? undefined : `must be true or false, not ${kindOf(value)}`),
  decimal: (value) =>
    typeof value === 'number' ? (Number.isFinite(value) ? undefined : 'is not a number') : `must be a JSON number, not ${kindOf(value)}`,
  integer: integer(-2147483648, 'a whole number of 32 bits'),
  unsignedInt: integer(0, 'a whole number from 0'),
  positiveInt: integer(1, 'a whole number from 1'),
};

export const primitiveCheck = (type: string): PrimitiveCheck | undefined => checks[type];
