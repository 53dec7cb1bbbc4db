/** References inside one resource: `#id` to what is contained, `#` from there back (ref-1, dom-3). */
import type { Contained } from './references.ts';

interface ContainedJson {
  readonly id?: unknown;
  readonly resourceType?: unknown;
}

export class LocalReferences {
  readonly contained: Contained;
  private readonly referred = new Set<string>();
  private readonly referringBack = new Set<string>();
  private inside: string | undefined;

  constructor(resource: Readonly<Record<string, unknown>>) {
    const list = resource['contained'];
    const contained = new Map<string, string>();
    if (Array.isArray(list)) {
      for (const one of list as (ContainedJson | null)[]) {
        if (typeof one?.id === 'string' && typeof one.resourceType === 'string') contained.set(one.id, one.resourceType);
      }
    }
    this.contained = contained;
  }

  /** From here on, until `leave`, references stand inside this contained resource. */
  enter(resource: ContainedJson): void {
    this.inside = typeof resource.id === 'string' ? resource.id : undefined;
  }

  leave(): void {
    this.inside = undefined;
  }

  refer(text: string): void {
    if (text !== '#') this.referred.add(text.slice(1));
    else if (this.inside !== undefined) this.referringBack.add(this.inside);
  }

  /** Ids of contained resources that nothing refers to and that do not refer to their container. */
  unreferenced(): readonly string[] {
    return [...this.contained.keys()].filter((id) => !this.referred.has(id) && !this.referringBack.has(id));
  }
}
