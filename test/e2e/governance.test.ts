/** What the members decide, found from the explorer's navigation: each proposal in one sentence, who voted how, what came of it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, launch, overflow, schemes, screenshot, settled, sit, widths } from './support/browser.ts';
import { noBrowser, openNetwork, type Network } from './support/network.ts';

describe.skipIf(noBrowser())('what the members decide', () => {
  let network: Network;
  let browser: Browser;

  beforeAll(async () => {
    network = await openNetwork();
    browser = await launch();
    const governance = async (...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await network.cli!('governance', ...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    };
    await governance('propose', 'suspend', 'northside-clinic', '--org', 'city-hospital');
    await governance('vote', '1', 'approve', '--org', 'st-marys');
    const { organisations } = (await (await fetch(`${network.hub}/explorer/api/organisations`)).json()) as {
      organisations: readonly { id: string }[];
    };
    const third = organisations.find(({ id }) => !['city-hospital', 'st-marys', 'northside-clinic'].includes(id))!.id;
    await governance('vote', '1', 'approve', '--org', third);
    await governance('propose', 'policy', 'numerator=2', 'denominator=3', '--org', 'st-marys');
    await governance('vote', '2', 'reject', '--org', 'city-hospital');
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  for (const width of widths)
    it(`is found from the navigation and passes every check, ${width} px`, async () => {
      const { page, context, errors } = await sit(browser, network.hub, undefined, { width, forAxe: true });
      try {
        await page.goto('/explorer');
        await settled(page);
        await page.getByRole('navigation').getByRole('link', { name: 'Decisions' }).first().click();
        await page.getByRole('heading', { level: 1, name: 'What the members decide together' }).waitFor();
        const suspended = page.getByRole('article', { name: 'Suspend Northside Clinic' });
        await suspended.getByText('Done', { exact: true }).waitFor();
        expect(await suspended.textContent()).toContain('3 for, 0 against. Proposed by City Hospital');
        expect(await suspended.getByRole('listitem').count()).toBe(3);
        const open = page.getByRole('article', { name: 'Change how members decide: more than 2/3' });
        await open.getByText('Open', { exact: true }).waitFor();
        expect(await open.textContent()).toContain('1 for, 1 against');
        expect(await overflow(page)).toBe(0);
        for (const colorScheme of schemes) {
          await page.evaluate(`document.documentElement.dataset.theme = '${colorScheme}'`);
          await screenshot(page, `decisions-${colorScheme}-${width}`);
          expect(await accessibilityProblems(page), colorScheme).toEqual([]);
        }

        await page.goto('/explorer/organisations/northside-clinic');
        await settled(page);
        await page.getByText('Suspended').first().waitFor();
        const history = page.getByRole('row').filter({ hasText: 'Was suspended' });
        await history.getByRole('link').first().click();
        await page.getByText('Approved proposal 1').waitFor();
        expect(errors).toEqual([]);
      } finally {
        await context.close();
      }
    });

  it('speaks German', async () => {
    const { page, context } = await sit(browser, network.hub);
    await page.addInitScript(`localStorage.setItem('careledger.language', 'de')`);
    await page.goto('/explorer/governance');
    await page.getByRole('article', { name: 'Mitgliedschaft aussetzen: Northside Clinic' }).getByText('Ausgeführt').waitFor();
    await context.close();
  });
});
