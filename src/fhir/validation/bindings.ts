/** Required bindings with a closed list of codes. */
import { definitions, type Binding } from '../definitions/definitions.ts';

interface Coding {
  readonly system?: unknown;
  readonly code?: unknown;
}

const hasCode = (binding: Binding, { system, code }: Coding): boolean => {
  const systems = typeof code === 'string' ? binding.codes.get(code) : undefined;
  return systems !== undefined && (typeof system !== 'string' || systems.includes(system));
};

/** What is wrong with a bound value, or undefined. */
export function checkBinding(index: number, type: string, value: unknown): string | undefined {
  const binding = definitions.binding(index);
  if (typeof value === 'string') return binding.codes.has(value) ? undefined : `\`${value.slice(0, 60)}\` is not one of the codes of ${binding.url}`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (type === 'CodeableConcept') {
    const { coding, text } = value as { coding?: unknown; text?: unknown };
    if (!Array.isArray(coding) || coding.length === 0)
      return typeof text === 'string' || 'extension' in value ? undefined : `has no code of ${binding.url}`;
    return coding.some((one) => typeof one === 'object' && one !== null && hasCode(binding, one as Coding))
      ? undefined
      : `has no code of ${binding.url}`;
  }
  if (type === 'Coding')
    return (value as Coding).code === undefined || hasCode(binding, value as Coding)
      ? undefined
      : `\`${String((value as Coding).code).slice(0, 60)}\` is not one of the codes of ${binding.url}`;
  return undefined;
}
