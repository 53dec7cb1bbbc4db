import { executesAlike } from './determinism.ts';

executesAlike(3_000);
