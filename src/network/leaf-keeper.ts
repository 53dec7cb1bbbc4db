/** The node's current leaf certificate, renewed well before it expires. */
import { issueLeaf, LEAF_LIFETIME, type CertificateAuthority, type Leaf } from './certificates.ts';

export interface LeafKeeper {
  current(): Leaf;
}

export function leafKeeper(authority: CertificateAuthority, now: () => number): LeafKeeper {
  let leaf: Leaf | undefined;
  return {
    current() {
      if (!leaf || now() >= leaf.expires - LEAF_LIFETIME / 2) leaf = issueLeaf(authority, now());
      return leaf;
    },
  };
}
