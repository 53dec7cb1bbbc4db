import type { Result } from '../../base/result.ts';
import type { Space, StoredVersion, Visibility } from '../../records/model.ts';
import type { RecordReader } from '../../records/ports.ts';
import type { ParamQuery } from '../index/model.ts';
import type { SearchParameters } from './parameters.ts';

/** A resource's content, read once and looked into several times. */
export type Document = unknown;

/** How search parameters become conditions over the blind index, and are checked on a decrypted resource where those do not say all. */
export interface SearchIndex {
  readonly parameters: SearchParameters;
  open(record: StoredVersion): Document;
  query(type: string, parameter: string, modifier: string | undefined, text: string): Result<ParamQuery>;
  matches(document: Document, type: string, parameter: string, modifier: string | undefined, text: string): boolean;
  /** `Type/id` of every record that the reference parameter leads to. */
  references(document: Document, type: string, parameter: string): readonly string[];
  /** The value to sort by: text, or a number (dates in milliseconds). */
  sortValue(document: Document, type: string, parameter: string, descending: boolean): string | number | undefined;
  /** Whether records of the type can be in a patient's compartment. */
  inCompartment(type: string): boolean;
  /** The parameter by which `Order` `date` sorts records of the type. */
  dateParameter(type: string): string | undefined;
}

/** A search always runs for somebody: the visibility goes into every query and every sub-query. */
export interface SearchContext {
  readonly reader: RecordReader;
  readonly space: Space;
  readonly visibility: Visibility;
  readonly index: SearchIndex;
  /** Milliseconds since 1970. */
  readonly now: number;
}
