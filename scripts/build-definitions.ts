/**
 * Compiles the base FHIR R4 definitions (development dependency) into `src/fhir/definitions/r4.generated.json`, and gives new resource types
 * their number in `type-numbers.json`. `--check` writes nothing and fails when the committed files differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { compileDefinitions } from './definitions/compile.ts';
import { numberTypes } from './definitions/number-types.ts';
import { readSources } from './definitions/sources.ts';

const folder = new URL('../src/fhir/definitions/', import.meta.url);
const check = process.argv.includes('--check');

function put(name: string, text: string): void {
  const file = new URL(name, folder);
  let present = '';
  try {
    present = readFileSync(file, 'utf8');
  } catch {
    // first run
  }
  if (present === text) return;
  if (check) throw new Error(`${name} differs from what the definitions compile to; run scripts/build-definitions.ts`);
  writeFileSync(file, text);
  process.stdout.write(`wrote ${name}: ${text.length} bytes\n`);
}

const definitions = compileDefinitions(readSources());
put('r4.generated.json', `${JSON.stringify(definitions)}\n`);

let numbers: Record<string, number> = {};
try {
  numbers = JSON.parse(readFileSync(new URL('type-numbers.json', folder), 'utf8')) as Record<string, number>;
} catch {
  // first run
}
put('type-numbers.json', `${JSON.stringify(numberTypes(definitions.resources, numbers), null, 2)}\n`);
