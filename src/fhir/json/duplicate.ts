/** The slow look for a property that occurs twice: only taken when it is known that there is one. */

/** `text` is well-formed. `at`: position of the second occurrence. */
export function duplicateName(text: string): { readonly name: string; readonly at: number } | undefined {
  const open: (Set<string> | undefined)[] = [];
  const string = /"(?:[^"\\]|\\.)*"/y;
  let expectName = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') {
      string.lastIndex = i;
      const [literal] = string.exec(text)!;
      const names = open.at(-1);
      if (names && expectName) {
        const name = JSON.parse(literal) as string;
        if (names.has(name)) return { name, at: i };
        names.add(name);
        expectName = false;
      }
      i += literal.length - 1;
    } else if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : undefined);
      expectName = character === '{';
    } else if (character === '}' || character === ']') {
      open.pop();
      expectName = false;
    } else if (character === ',') expectName = open.at(-1) !== undefined;
  }
  return undefined;
}
