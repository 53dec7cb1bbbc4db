/** Syntax tree of the FHIRPath subset (FHIRPath 2.0 grammar without dates in literals beyond `@`, `$total` and delimited environment variables). */
export type Ast =
  | { readonly kind: 'literal'; readonly value: string | number | boolean; readonly type: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'this' }
  | { readonly kind: 'index' }
  | { readonly kind: 'variable'; readonly name: string }
  /** A name: a child element of `of`, or of the context when `of` is absent (at the very start also the context's own type). */
  | { readonly kind: 'member'; readonly of: Ast | undefined; readonly name: string }
  | { readonly kind: 'call'; readonly of: Ast | undefined; readonly name: string; readonly args: readonly Ast[] }
  | { readonly kind: 'item'; readonly of: Ast; readonly at: Ast }
  | { readonly kind: 'unary'; readonly operator: '-' | '+'; readonly operand: Ast }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Ast; readonly right: Ast }
  | { readonly kind: 'type'; readonly operator: 'is' | 'as'; readonly operand: Ast; readonly type: string };
