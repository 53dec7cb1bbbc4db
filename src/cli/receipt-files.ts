/**
 * A folder of receipts: `<Type>/<id>_<version>.cbor` with the exact bytes beside it in `<id>_<version>.json`, `genesis.json`, and `trust.bundle`. An id has no
 * underscore (FHIR R4 datatypes, `id`), so every version has a name of its own.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

export interface VersionFiles {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly content: Uint8Array;
  readonly receipt: Uint8Array;
}

const RECEIPT = '.cbor';
const TYPE = /^[A-Z][A-Za-z]{1,63}$/;
const ID = /^[A-Za-z0-9.-]{1,64}$/;

export const genesisIn = (folder: string): string => path.join(folder, 'genesis.json');
/** What leads from the genesis to the validators of the day on which the receipts were saved. No receipt by its name. */
export const bundleIn = (folder: string): string => path.join(folder, 'trust.bundle');

/** Throws when a name could lead out of the folder, and the file system's errors. */
export async function writeVersions(folder: string, versions: readonly VersionFiles[]): Promise<void> {
  for (const { type, id, version } of versions)
    if (!TYPE.test(type) || !ID.test(id) || !Number.isSafeInteger(version))
      throw new Error(`${type}/${id} version ${version} is not the name of a record`);
  for (const type of new Set(versions.map((one) => one.type))) await mkdir(path.join(folder, type), { recursive: true });
  await Promise.all(
    versions.flatMap(({ type, id, version, content, receipt }) => {
      const name = path.join(folder, type, `${id}_${version}`);
      return [writeFile(`${name}${RECEIPT}`, receipt), writeFile(`${name}.json`, content)];
    }),
  );
}

/** The receipts in a folder and those below it, in order. */
export async function receiptsIn(folder: string): Promise<readonly string[]> {
  const inside = await readdir(folder, { recursive: true, encoding: 'utf8' });
  return inside
    .filter((name) => name.endsWith(RECEIPT))
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** Where the bytes that a receipt in a folder is about are, if they were kept. */
export const contentBeside = (receipt: string): string => `${receipt.slice(0, -RECEIPT.length)}.json`;
