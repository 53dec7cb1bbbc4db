/** Resources of the public corpora, parsed. */
import { fromUtf8 } from '../../../src/base/bytes.ts';
import { unwrap } from '../../../src/base/result.ts';
import { parseJson, type JsonObject } from '../../../src/fhir/json/parse.ts';
import { corpus, readTarGz } from '../../support/corpora.ts';

export const examplesFile = corpus('fhir/r4-examples-4.0.1.tar.gz');
export const syntheaFile = corpus('fhir/synthea-r4-60.tar.gz');

export interface NamedResource {
  readonly name: string;
  readonly text: string;
  readonly resource: JsonObject & { readonly resourceType: string };
}

/** Parsed one by one, so that not all are held at once. */
export function* resourcesIn(url: URL, accepts: (path: string) => boolean = () => true): Generator<NamedResource> {
  for (const { path, bytes } of readTarGz(url)) {
    if (!path.endsWith('.json') || !accepts(path)) continue;
    const text = fromUtf8(bytes).replace(/^\uFEFF/, '');
    const resource = unwrap(parseJson(text));
    if (typeof resource['resourceType'] === 'string')
      yield { name: path.slice(path.lastIndexOf('/') + 1), text, resource: resource as NamedResource['resource'] };
  }
}

const definitional =
  /(^|\/)(StructureDefinition|ValueSet|CodeSystem|SearchParameter|OperationDefinition|ConceptMap|CapabilityStatement|CompartmentDefinition|StructureMap|ImplementationGuide|package|\.index)[-.]/;

/** Of the official examples: those that are not definitions. */
export const isInstance = (path: string): boolean => !definitional.test(path.replace(/^.*\//, '')) && !path.endsWith('ig-r4.json');

interface BundleJson {
  readonly entry: readonly { readonly fullUrl: string; readonly resource: JsonObject & { readonly resourceType: string } }[];
}

/** Resources of Synthea's bundles with references as they are once stored. */
export function syntheaResources(bundles: number): NamedResource['resource'][] {
  const out: NamedResource['resource'][] = [];
  let taken = 0;
  for (const { text } of resourcesIn(syntheaFile!)) {
    if (taken++ >= bundles) break;
    const bundle = JSON.parse(text) as BundleJson;
    const ids = new Map(bundle.entry.map(({ fullUrl, resource }) => [fullUrl, `${resource.resourceType}/${fullUrl.slice(9)}`]));
    const linked = JSON.parse(text.replace(/urn:uuid:[0-9a-f-]{36}/g, (urn) => ids.get(urn) ?? urn)) as BundleJson;
    for (const { resource } of linked.entry) out.push(resource);
  }
  return out;
}
