import type { Document } from './content.ts';
import type { Issue } from './outcome.ts';
export function validateDocument(_d: Document, _w: string): readonly Issue[] { return []; }
