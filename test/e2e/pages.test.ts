/** Every page, light and dark, wide and narrow: nothing that axe-core objects to, nothing wider than the window, no error; a picture of each. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Persona, Session } from '../../src/contract/network.ts';
import { accessibilityProblems, launch, overflow, schemes, screenshot, settled, sit, widths } from './support/browser.ts';
import { noBrowser, openNetwork, type Network } from './support/network.ts';

type Who = Persona['role'] | 'nobody';

/** `$patient`, `$shared`, `$transaction` stand for what the network holds. */
const pages: readonly { readonly name: string; readonly path: string; readonly who: Who; readonly shows: string }[] = [
  { name: 'hub', path: '/', who: 'nobody', shows: 'Who is in this network' },
  { name: 'tour', path: '/tour', who: 'nobody', shows: 'Five-minute tour' },
  { name: 'attack', path: '/attack', who: 'nobody', shows: 'Try to break it' },
  { name: 'verify', path: '/verify', who: 'nobody', shows: 'Check a receipt' },
  { name: 'who-are-you', path: '/patient', who: 'nobody', shows: 'This page is for' },
  { name: 'missing', path: '/nowhere', who: 'nobody', shows: 'There is no page' },
  { name: 'record', path: '/patient', who: 'patient', shows: 'Your record' },
  { name: 'record-results', path: '/patient?kind=result', who: 'patient', shows: 'Your record' },
  { name: 'record-nothing', path: '/patient?q=zzzz', who: 'patient', shows: 'Nothing matches' },
  { name: 'accesses', path: '/patient/accesses', who: 'patient', shows: 'Who looked' },
  { name: 'sharing', path: '/patient/sharing', who: 'patient', shows: 'Who can read' },
  { name: 'share-1', path: '/patient/sharing/new', who: 'patient', shows: 'Step 1 of 3' },
  { name: 'share-2', path: '/patient/sharing/new?step=2&organisation=$other', who: 'patient', shows: 'Step 2 of 3' },
  { name: 'share-3', path: '/patient/sharing/new?step=3&organisation=$other', who: 'patient', shows: 'This is exactly what they would see' },
  { name: 'take', path: '/patient/take', who: 'patient', shows: 'Take it with you' },
  { name: 'patients', path: '/clinician', who: 'clinician', shows: 'Find a patient' },
  { name: 'patients-none', path: '/clinician?q=zzzz', who: 'clinician', shows: 'Nobody found here' },
  { name: 'chart', path: '/clinician/patients/$patient', who: 'clinician', shows: 'Current conditions' },
  { name: 'request', path: '/clinician/request', who: 'clinician', shows: 'What this will cause' },
  { name: 'state', path: '/desk', who: 'operator', shows: 'Is every record as it was written?' },
  { name: 'state-officer', path: '/desk', who: 'privacy-officer', shows: 'Is every record as it was written?' },
  { name: 'incidents', path: '/desk/incidents', who: 'operator', shows: 'Incidents' },
  { name: 'ledger', path: '/desk/ledger', who: 'operator', shows: 'Is the ledger doing its work?' },
  { name: 'alarms', path: '/desk/alarms', who: 'operator', shows: 'What asks for somebody' },
  { name: 'alarm', path: '/desk/alarms/history-disputed', who: 'operator', shows: 'The ledger is not the one that was seen before' },
  { name: 'explorer', path: '/explorer', who: 'nobody', shows: 'What the ledger is doing now' },
  { name: 'blocks', path: '/explorer/blocks', who: 'nobody', shows: 'newest first' },
  { name: 'block', path: '/explorer/blocks/2', who: 'nobody', shows: 'Block 2' },
  { name: 'block-missing', path: '/explorer/blocks/99999999', who: 'nobody', shows: 'That did not work' },
  { name: 'transaction', path: '/explorer/transactions/$transaction', who: 'nobody', shows: 'Every field' },
  { name: 'organisations', path: '/explorer/organisations', who: 'nobody', shows: 'Member organisations' },
  { name: 'organisation', path: '/explorer/organisations/$home', who: 'nobody', shows: 'What it put on the ledger' },
  { name: 'governance', path: '/explorer/governance', who: 'nobody', shows: 'What the members decide together' },
  { name: 'witnesses', path: '/explorer/witnesses', who: 'nobody', shows: 'Who has seen this history?' },
  { name: 'search', path: '/explorer/search?q=2', who: 'nobody', shows: 'Block 2' },
  { name: 'search-nothing', path: '/explorer/search?q=zzzzzz', who: 'nobody', shows: 'Nothing on the ledger matches' },
];

describe.skipIf(noBrowser())('every page', () => {
  let network: Network;
  let browser: Browser;
  const sessions = new Map<Who, Session>();
  const names = new Map<string, string>();

  beforeAll(async () => {
    network = await openNetwork();
    browser = await launch();
    const personas = await network.personas();
    for (const role of ['patient', 'clinician', 'privacy-officer', 'operator'] as const)
      sessions.set(role, await network.session(personas.find((persona) => persona.role === role)!));
    const home = sessions.get('patient')!.persona.organisation.id;
    const ask = async <T>(path: string, session?: Session): Promise<T> =>
      (await (
        await fetch(`${session?.url ?? network.hub}${path}`, session === undefined ? {} : { headers: { authorization: `Bearer ${session.token}` } })
      ).json()) as T;
    const { list } = await ask<{ readonly list: readonly { readonly hash: string }[] }>('/explorer/api/blocks/2');
    const { patients } = await ask<{ readonly patients: readonly { readonly id: string }[] }>('/portal/api/patients', sessions.get('clinician'));
    names.set('$home', home).set('$transaction', list[0]!.hash).set('$patient', patients[0]!.id);
    names.set('$other', personas.find((persona) => persona.role === 'clinician' && persona.organisation.id !== home)!.organisation.id);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  for (const width of widths)
    describe(`${width} px`, () => {
      for (const { name, path, who, shows } of pages)
        it(name, async () => {
          const { page, context, errors } = await sit(browser, network.hub, sessions.get(who), { width, forAxe: true });
          try {
            await page.goto(path.replaceAll(/\$\w+/g, (placeholder) => names.get(placeholder)!));
            await settled(page);
            await page.locator('main').getByText(shows).first().waitFor();
            expect(await overflow(page)).toBe(0);
            for (const colorScheme of schemes) {
              await page.evaluate(`document.documentElement.dataset.theme = '${colorScheme}'`);
              await screenshot(page, `${name}-${colorScheme}-${width}`);
              expect(await accessibilityProblems(page), colorScheme).toEqual([]);
            }
            expect(errors).toEqual([]);
          } finally {
            await context.close();
          }
        });
    });
});
