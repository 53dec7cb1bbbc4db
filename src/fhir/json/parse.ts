/** JSON from outside: parsed once by the engine, and checked for what the engine lets pass. */
import { codedError } from '../../base/errors.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { duplicateName } from './duplicate.ts';
import { jsonErrors } from './errors.ts';
import { markExact } from './exact.ts';
import { malformedAt } from './malformed.ts';
import { scan } from './scan.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonLimits {
  /** Characters. */
  readonly length: number;
  /** Objects and arrays within each other. */
  readonly depth: number;
}

export const defaultLimits: JsonLimits = { length: 64 * 1024 * 1024, depth: 64 };

/** Line and column, from 1, of a character. */
function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { line, column: at - before.lastIndexOf('\n') };
}

function malformed(text: string): ReturnType<typeof fail> {
  const { line, column } = placeOf(text, malformedAt(text));
  return fail(
    codedError(jsonErrors, 'json.malformed', {
      message: `The text is not well-formed JSON at line ${line}, column ${column}.`,
      data: { line, column },
    }),
  );
}

/** Names that would change the order of properties (array indexes) or the object itself. */
const isBadName = (name: string): boolean => name === '__proto__' || !(name.charCodeAt(0) > 0x39);

/** JSON path of the first name that is not allowed. */
function badNameIn(value: object, path: string): string | undefined {
  for (const [name, item] of Object.entries(value)) {
    const here = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name.slice(0, 80)}`;
    if (!Array.isArray(value) && isBadName(name)) return here;
    const below = typeof item === 'object' && item !== null ? badNameIn(item as object, here) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

/** Goes through the parsed value beside the scan of its text. Numbers come in the order of the text as long as no name is a bad one. */
class Walk {
  names = 0;
  badName = false;
  private numbers = 0;
  private readonly inexact: ReadonlyMap<number, string>;

  constructor(inexact: ReadonlyMap<number, string>) {
    this.inexact = inexact;
  }

  /** Whether a number below keeps its text. */
  object(value: JsonObject): boolean {
    let texts: Map<string, string> | undefined;
    let below = false;
    for (const name in value) {
      this.names++;
      if (isBadName(name)) this.badName = true;
      const item = value[name];
      if (typeof item === 'number') {
        const text = this.inexact.get(this.numbers++);
        if (text !== undefined) (texts ??= new Map()).set(name, text);
      } else if (typeof item === 'object' && item !== null && this.container(item)) below = true;
    }
    if (texts || below) markExact(value, texts);
    return texts !== undefined || below;
  }

  private array(value: readonly unknown[]): boolean {
    let texts: Map<string, string> | undefined;
    let below = false;
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      if (typeof item === 'number') {
        const text = this.inexact.get(this.numbers++);
        if (text !== undefined) (texts ??= new Map()).set(String(i), text);
      } else if (typeof item === 'object' && item !== null && this.container(item)) below = true;
    }
    if (texts || below) markExact(value, texts);
    return texts !== undefined || below;
  }

  private container(value: object): boolean {
    return Array.isArray(value) ? this.array(value) : this.object(value as JsonObject);
  }
}

/**
 * Parses a JSON object. Numbers keep their digits (`exact.ts`, written back by `writeJson`). Refused, with line and column or path in
 * the message and in `data`: `json.malformed`, `json.not-an-object`, `json.duplicate-name`, `json.name` (`__proto__`, names that begin
 * with a digit or sign), `json.too-deep`, `json.too-long`.
 */
export function parseJson(text: string, limits: JsonLimits = defaultLimits): Result<JsonObject> {
  if (text.length > limits.length)
    return fail(
      codedError(jsonErrors, 'json.too-long', { message: `The text is longer than ${limits.length} characters.`, data: { limit: limits.length } }),
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed(text);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(codedError(jsonErrors, 'json.not-an-object'));
  const scanned = scan(text);
  if (scanned.depth > limits.depth)
    return fail(
      codedError(jsonErrors, 'json.too-deep', {
        message: `The JSON is nested more than ${limits.depth} levels deep.`,
        data: { limit: limits.depth },
      }),
    );
  const walk = new Walk(scanned.inexact);
  walk.object(value as JsonObject);
  if (walk.names !== scanned.names) {
    const { name, at } = duplicateName(text)!;
    const place = placeOf(text, at);
    return fail(
      codedError(jsonErrors, 'json.duplicate-name', {
        message: `The property \`${name.slice(0, 80)}\` occurs twice in one object (line ${place.line}, column ${place.column}).`,
        data: { name, ...place },
      }),
    );
  }
  if (walk.badName) {
    const path = badNameIn(value, '$')!;
    return fail(codedError(jsonErrors, 'json.name', { message: `The property \`${path}\` has a name that is not allowed.`, data: { path } }));
  }
  return ok(value as JsonObject);
}
