/** The guided tour from end to end, and the attack panel: what is damaged is noticed, located, shown and restored. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, launch, screenshot, settled, sit } from './support/browser.ts';
import { noBrowser, openNetwork, type Network } from './support/network.ts';

describe.skipIf(noBrowser())('damage, noticed', () => {
  let network: Network;
  let browser: Browser;

  beforeAll(async () => {
    network = await openNetwork();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  it('the tour: every step really happens', async () => {
    const { page, context, errors } = await sit(browser, network.hub, undefined, { forAxe: true });
    await page.goto('/tour');
    await settled(page);
    const results: string[] = [];
    for (const step of ['ask', 'share', 'read', 'looked', 'stop', 'tamper', 'notice', 'heal']) {
      await page.locator('.tour-step.current').getByRole('button').first().click();
      const result = page.locator(`[data-result="${step}"]`);
      await result.waitFor({ timeout: 60_000 });
      results.push(`${step} ${await result.getAttribute('data-holds')}: ${await result.textContent()}`);
      await screenshot(page, `tour-${step}`);
      // The copy, the entry or the closing may take a moment to arrive: the page says so, and the step can be done again.
      for (let again = 0; again < 5 && (await result.getAttribute('data-holds')) === 'false'; again++) {
        await page.waitForTimeout(1000);
        await page.locator('.tour-step.current').getByRole('button').first().click();
        await page.waitForTimeout(2000);
      }
      expect(await result.getAttribute('data-holds'), results.join('\n')).toBe('true');
    }
    await page.getByText('That was all of it').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('the panel: an attack, its finding, the restoring', async () => {
    const { page, context } = await sit(browser, network.hub, undefined, { forAxe: true });
    await page.goto('/attack');
    await settled(page);
    await page.getByRole('button', { name: 'Do this: Change one entry of the search index' }).click();
    await page.locator('[data-attack-done="flip-index"]').waitFor();
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.locator('[data-report="fails"]').waitFor({ timeout: 60_000 });
    await page.locator('.finding').first().waitFor();
    await screenshot(page, 'attack-noticed');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.locator('[data-healed]').waitFor({ timeout: 60_000 });
    await page.locator('[data-report="holds"]').waitFor();
    await screenshot(page, 'attack-restored');
    await context.close();
  });
});
