import type { Proof } from '../../contract/portal.ts';
import { usePortal, useStore } from '../portal.ts';
import { markOf, type MarkState } from './state.ts';

/** How a fact's proof stands in this browser. */
export const useMark = (proof: Proof): MarkState => markOf(useStore(usePortal().proofs).get(proof.receiptUrl), proof.anchored);
