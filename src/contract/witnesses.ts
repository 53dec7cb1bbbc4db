/** JSON about who has seen this history. Keys are verifier keys (C2SP signed-note), times ISO 8601 in UTC. */

/** A state of the ledger's log that somebody signed: entries, and the block after which it had them. */
export interface SeenState {
  readonly size: number;
  readonly height: number | null;
  readonly time: string;
}

/** `GET /explorer/api/witnesses` on every node and on the hub. */
export interface WitnessesView {
  /** Origin of the ledger's log; its newest signed checkpoint is at `/log/checkpoint`. */
  readonly origin: string;
  readonly logKey: string | null;
  readonly checkpoint: { readonly size: number; readonly height: number | null } | null;
  readonly witnesses: readonly WitnessView[];
  /** Independent parties that have cosigned any state of this history. */
  readonly parties: number;
  /** The newest state that at least one of them has seen. */
  readonly newestSeen: SeenState | null;
  /** What speaks against this history; empty when nothing does. */
  readonly disputes: readonly Dispute[];
}

export interface WitnessView {
  readonly name: string;
  /** Member that it belongs to; null: from outside of the network. */
  readonly organisation: string | null;
  readonly key: string;
  readonly cosigned: SeenState | null;
  readonly problem: { readonly code: string; readonly message: string; readonly since: string } | null;
}

/**
 * `witness`: a witness has seen another history, or more of it than is here. `own-checkpoint`: the ledger does not extend what was last
 * signed for it. `own-witness`: this node itself has cosigned another history. `offered`: somebody with a key of the log offered another
 * one to this node's witness. `proof`: where the proof of a split view can be fetched, where there is one.
 */
export interface Dispute {
  readonly kind: 'witness' | 'own-checkpoint' | 'own-witness' | 'offered';
  readonly who: string;
  readonly what: string;
  readonly proof: string | null;
}

/** `GET /witness` on every node: this node as a witness. */
export interface WitnessIdentity {
  readonly name: string;
  readonly key: string;
  readonly logs: readonly (SeenState & { readonly origin: string })[];
}
