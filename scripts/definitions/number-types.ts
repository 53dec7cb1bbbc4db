/** Numbers are stored: a type keeps its number for ever, new types get the next ones in the order given. */
export function numberTypes(types: readonly string[], known: Readonly<Record<string, number>>): Record<string, number> {
  const numbers: Record<string, number> = { ...known };
  let next = Math.max(0, ...Object.values(numbers)) + 1;
  for (const type of types) numbers[type] ??= next++;
  return numbers;
}
