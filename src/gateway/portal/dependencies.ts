import type { OrganisationRef } from '../../contract/portal.ts';
import type { Directory } from '../../network/directory.ts';
import type { LogReader, RecordReader } from '../../records/ports.ts';
import type { SearchIndex } from '../../fhir/search/context.ts';
import type { Sharing } from '../../sharing/sharing.ts';

export interface PortalDependencies {
  readonly organisation: OrganisationRef;
  readonly sharing: Sharing;
  readonly reader: RecordReader;
  readonly log: LogReader;
  readonly directory: Directory;
  readonly index: SearchIndex;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onError: (cause: unknown) => void;
}
