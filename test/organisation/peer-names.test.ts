/** Names that cannot be found at the start, or lead elsewhere later: said, and the engine is started anew only when that helps. */
import { afterEach, expect, test } from 'vitest';
import { followPeerNames } from '../../src/organisation/peer-names.ts';

let stop = new AbortController();
afterEach(() => stop.abort());

function follow(names: Map<string, string>, connected: Set<string>): { readonly notes: string[]; restarts(): number; looks(): number } {
  stop = new AbortController();
  const notes: string[] = [];
  let [restarts, looks] = [0, 0];
  void followPeerNames({
    peers: [
      { organisation: 'south', node: 's', host: 'south.example' },
      { organisation: 'east', node: 'e', host: 'east.example' },
      { organisation: 'west', node: 'w', host: '10.0.0.4' },
    ],
    connected: async () => connected,
    restartEngine: () => void restarts++,
    note: (line) => notes.push(line),
    signal: stop.signal,
    everyMs: 5,
    async find(host) {
      looks++;
      const address = names.get(host);
      if (address === undefined) throw new Error('ENOTFOUND');
      return [address];
    },
  });
  return { notes, restarts: () => restarts, looks: () => looks };
}

test('a name that is not known is said, and dialled once it is', async () => {
  const names = new Map([['south.example', '10.0.0.2']]);
  const followed = follow(names, new Set(['s', 'w']));
  await expect.poll(() => followed.notes).toEqual([expect.stringMatching(/^east is not dialled: the name east\.example is not known/)]);
  names.set('east.example', '10.0.0.3');
  await expect.poll(followed.restarts).toBe(1);
  expect(followed.notes.at(-1)).toContain('east is at east.example (10.0.0.3)');
  const looks = followed.looks();
  await expect.poll(followed.looks).toBeGreaterThan(looks + 6);
  expect(followed.restarts()).toBe(1);
});

test('who has moved is dialled at the new address, but nobody who is connected is disturbed for a name', async () => {
  const names = new Map([
    ['south.example', '10.0.0.2'],
    ['east.example', '10.0.0.3'],
  ]);
  const connected = new Set(['s', 'e', 'w']);
  const followed = follow(names, connected);
  await expect.poll(followed.looks).toBeGreaterThan(3);
  names.set('east.example', '10.0.0.33');
  const looks = followed.looks();
  await expect.poll(followed.looks).toBeGreaterThan(looks + 6);
  expect(followed.restarts()).toBe(0);
  connected.delete('e');
  await expect.poll(followed.restarts).toBe(1);
  // One whose name is gone is not looked for elsewhere.
  connected.delete('s');
  names.delete('south.example');
  const later = followed.looks();
  await expect.poll(followed.looks).toBeGreaterThan(later + 6);
  expect(followed.restarts()).toBe(1);
});
