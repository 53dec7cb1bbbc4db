/** Measures of stored nodes (`node.ts`). */
export const VERSION_BYTES = 6;
export const ID_BYTES: number = VERSION_BYTES + 32;
export const CHILDREN = 16;
/** Bytes of an inner node before its children's ids. */
export const INNER_HEAD = 5;
/** Bytes of a leaf before its key. */
export const LEAF_HEAD = 3;
