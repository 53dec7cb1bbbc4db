import { executesAlike } from './determinism.ts';

executesAlike(200_000);
