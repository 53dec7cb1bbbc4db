/** The running network that the browser tests look at: `CARELEDGER_E2E_URL` when given, else a sandbox of their own. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Persona, Session } from '../../../src/contract/network.ts';
import { startSandbox, type TestSandbox } from '../../support/sandbox.ts';

const root = path.join(import.meta.dirname, '../../..');

export interface Network {
  readonly hub: string;
  personas(): Promise<readonly Persona[]>;
  session(persona: Persona): Promise<Session>;
  /** The command line on its data; undefined for a network that was given. */
  readonly cli: TestSandbox['cli'] | undefined;
  stop(): Promise<void>;
}

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** As `npm start` does: only when the sources have changed. */
async function buildPortal(): Promise<void> {
  const { ensureWebBuilt } = (await import(pathToFileURL(path.join(root, 'scripts/lib/web-build.mjs')).href)) as {
    ensureWebBuilt(root: string, node: string): Promise<void>;
  };
  await ensureWebBuilt(root, process.execPath);
}

export async function openNetwork(people = 12): Promise<Network> {
  const given = process.env['CARELEDGER_E2E_URL'];
  if (given === undefined) await buildPortal();
  const sandbox = given === undefined ? await startSandbox({ people }) : undefined;
  const hub = sandbox?.hub ?? given!;
  return {
    hub,
    personas: async () => (await json<{ readonly personas: readonly Persona[] }>(`${hub}/hub/api/personas`)).personas,
    session: (persona) =>
      json<Session>(`${hub}/hub/api/sessions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ personaId: persona.id }),
      }),
    cli: sandbox?.cli,
    stop: async () => sandbox?.[Symbol.asyncDispose](),
  };
}

export const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Without a browser these tests have nothing to drive; in CI that is a failure, elsewhere it is said. */
export function noBrowser(): boolean {
  if (existsSync(CHROMIUM)) return false;
  if (process.env['CI'] === 'true') throw new Error(`no browser at ${CHROMIUM}: install chromium, or name one in CHROMIUM`);
  console.warn(`No browser at ${CHROMIUM}: the browser tests are left out. Install chromium, or name one in CHROMIUM.`);
  return true;
}
