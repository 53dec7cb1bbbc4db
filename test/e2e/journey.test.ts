/**
 * What the network is for, through the pages alone: a clinician elsewhere is refused and asks; the patient shares; the record is read
 * there; the patient sees who looked, stops, and nothing more is released. Then a proof is checked in the page and without a network.
 */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Persona, Session } from '../../src/contract/network.ts';
import { accessibilityProblems, launch, screenshot, settled, sit, type Desk } from './support/browser.ts';
import { noBrowser, openNetwork, type Network } from './support/network.ts';

describe.skipIf(noBrowser())('a record across two hospitals', () => {
  let network: Network;
  let browser: Browser;
  let patient: Session;
  let clinician: Session;
  let atPatient: Desk;
  let atClinician: Desk;
  let birthDate = '';
  const nameOf = ({ persona }: Session): string => persona.name;

  beforeAll(async () => {
    network = await openNetwork();
    browser = await launch();
    const personas = await network.personas();
    // Somebody whose name nobody else has: the search elsewhere then finds one person or none.
    const unique = (one: Persona): boolean => personas.filter(({ name }) => name === one.name).length === 1;
    const who = personas.find((persona) => persona.role === 'patient' && persona.organisation.id === 'city-hospital' && unique(persona))!;
    patient = await network.session(who);
    clinician = await network.session(personas.find((persona) => persona.role === 'clinician' && persona.organisation.id === 'st-marys')!);
    const mine = async (path: string): Promise<Record<string, string>> =>
      (await (await fetch(`${patient.url}/portal/api/${path}`, { headers: { authorization: `Bearer ${patient.token}` } })).json()) as Record<
        string,
        string
      >;
    birthDate = (await mine(`patients/${(await mine('me'))['patientId']}`))['birthDate']!;
    atPatient = await sit(browser, network.hub, patient, { forAxe: true });
    atClinician = await sit(browser, network.hub, clinician, { forAxe: true });
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  it('one walks in from the network page', async () => {
    const { page, context } = await sit(browser, network.hub);
    await page.goto('/');
    await settled(page);
    const door = page.locator('.door[data-role="patient"]');
    await door.getByRole('combobox').selectOption({ label: nameOf(patient) });
    await door.getByRole('button', { name: 'Walk in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your record' }).waitFor();
    await page.locator('.visit').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/patient');
    await context.close();
  });

  it('elsewhere nobody is hinted at, and asking is answered with the rule and the way', async () => {
    const { page } = atClinician;
    await page.goto(`/clinician?q=${encodeURIComponent(nameOf(patient))}`);
    await settled(page);
    await page.getByText('Nobody found here').waitFor();
    await page.locator('main').getByRole('link', { name: 'Ask for a record' }).click();
    const [given, ...family] = nameOf(patient).split(' ');
    await page.getByLabel('Which organisation').selectOption({ label: patient.persona.organisation.name });
    await page.getByLabel('Given name').fill(given!);
    await page.getByLabel('Family name').fill(family.join(' '));
    await page.getByLabel('Date of birth').fill(birthDate);
    await page.getByLabel('Your reason').fill('You are with us today with chest pain');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.locator('[data-outcome="asked"]').waitFor();
    await screenshot(page, 'journey-1-refused');
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('the patient answers by sharing, in three steps, and sees exactly what they would see', async () => {
    const { page } = atPatient;
    await page.goto('/patient/sharing');
    await settled(page);
    await page.locator('[data-request]').getByText('chest pain').first().waitFor();
    const requests = await page.locator('[data-request]').count();
    await screenshot(page, 'journey-2-asked');
    await page.locator('[data-request]').getByRole('link', { name: 'Share with them' }).first().click();
    await page.getByText('Step 1 of 3').waitFor();
    expect(await page.getByRole('radio', { name: "St Mary's Hospital" }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Step 2 of 3').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.locator('[data-preview]').waitFor();
    await screenshot(page, 'journey-3-preview');
    await page.getByRole('button', { name: 'Share now' }).click();
    await page.locator('[data-share="active"]').getByText("St Mary's Hospital can read your whole record").waitFor();
    await screenshot(page, 'journey-4-shared');
    await expect.poll(() => page.locator('[data-request]').count()).toBe(requests - 1);
  });

  it('the other hospital reads the record', async () => {
    const { page } = atClinician;
    await expect
      .poll(
        async () => {
          await page.goto(`/clinician?q=${encodeURIComponent(nameOf(patient))}`);
          await settled(page);
          return page.locator('.patient-row').count();
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBe(1);
    await page.locator('.patient-row').click();
    await page.locator('[data-banner]').waitFor();
    await page.locator('.visit').first().waitFor();
    expect(await page.locator('[data-banner]').textContent()).toContain(patient.persona.organisation.name);
    await screenshot(page, 'journey-5-chart');
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator('.item .mark').first().click();
    await page.getByRole('button', { name: 'Verify in this browser' }).click();
    await page.getByRole('dialog').getByText('Checked by this browser').waitFor();
    await page.keyboard.press('Escape');
  });

  it('the patient sees who looked, for whom and why they could', async () => {
    const { page } = atPatient;
    const theirs = page
      .locator('.access')
      .filter({ hasText: nameOf(clinician) })
      .filter({ hasText: "St Mary's Hospital" });
    await expect
      .poll(
        async () => {
          await page.goto('/patient/accesses');
          await settled(page);
          await page.locator('.access').first().waitFor();
          return theirs.count();
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toBeGreaterThan(0);
    await screenshot(page, 'journey-6-who-looked');
  });

  it('stopping takes one click and shows when it took effect; nothing more is released', async () => {
    const { page } = atPatient;
    await page.goto('/patient/sharing');
    await settled(page);
    await page.getByRole('button', { name: "Stop sharing with St Mary's Hospital" }).click();
    await page.locator('[data-share="stopped"]').getByText('at block').first().waitFor();
    await screenshot(page, 'journey-7-stopped');
    const chart = atClinician.page;
    await expect
      .poll(
        async () => {
          await chart.reload();
          await settled(chart);
          return (await chart.locator('[data-refusal], .notice.harm').count()) + (await chart.locator('[data-banner]').count()) * 10;
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(1);
    await screenshot(chart, 'journey-8-refused-again');
  });

  it('a proof is checked in the page, step by step; its receipt holds without any network, and not for other content', async () => {
    const { page, context, errors } = atPatient;
    await page.goto('/patient');
    await settled(page);
    const mark = page.locator('.item .mark').first();
    await mark.click();
    const drawer = page.getByRole('dialog', { name: 'How we know' });
    expect(new URL(page.url()).searchParams.get('proof')).toContain('/receipt');
    await drawer.getByText('Nobody here has checked that yet').waitFor();
    await drawer.getByRole('button', { name: 'Verify in this browser' }).click();
    await drawer.getByText('nobody has changed this since it was written').waitFor();
    expect(await drawer.locator('.way li.held').count()).toBe(5);
    await drawer.getByText('Every step').click();
    await screenshot(page, 'proof-verified');
    expect(await accessibilityProblems(page)).toEqual([]);
    const receiptEvent = page.waitForEvent('download');
    await drawer.getByRole('button', { name: 'Download receipt' }).click();
    const receipt = readFileSync(await (await receiptEvent).path());
    await drawer.getByText('How to check it without us').click();
    const contentEvent = page.waitForEvent('download');
    await drawer.getByRole('button', { name: 'Download content' }).click();
    const content = readFileSync(await (await contentEvent).path());
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.has('proof')).toBe(false);
    expect(await mark.textContent()).toBe('Verified here');
    expect(await mark.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);

    await page.goto('/patient/take');
    await settled(page);
    await page.waitForLoadState('networkidle');
    const files = page.getByTestId('receipt-files');
    const check = async (bytes: Buffer): Promise<string | null> => {
      await files.setInputFiles([
        { name: 'receipt.cbor', mimeType: 'application/cbor', buffer: receipt },
        { name: 'content.json', mimeType: 'application/json', buffer: bytes },
      ]);
      await page.locator('[data-verdict]').waitFor();
      await page.waitForTimeout(500);
      return page.locator('[data-verdict]').getAttribute('data-verdict');
    };
    expect(await check(content)).toBe('held');
    await screenshot(page, 'offline-held');
    const changed = Buffer.from(content);
    changed[20]! ^= 1;
    expect(await check(changed)).toBe('failed');
    await screenshot(page, 'offline-failed');
    await context.setOffline(true);
    expect(await check(content)).toBe('held');
    await context.setOffline(false);
    expect(errors).toEqual([]);
  });

  it('content that was changed on its way does not pass', async () => {
    const { page, context } = await sit(browser, network.hub, patient);
    await context.route('**/content', async (route) => {
      const response = await route.fetch();
      const body = Buffer.from(await response.body());
      body[body.length - 3]! ^= 1;
      await route.fulfill({ response, body });
    });
    await page.goto('/patient');
    await settled(page);
    await page.locator('.item .mark').first().click();
    await page.getByRole('button', { name: 'Verify in this browser' }).click();
    await page.getByRole('dialog').getByText('The proof does not hold').waitFor();
    expect(await page.locator('.way li.failed').count()).toBe(1);
    await screenshot(page, 'proof-failed');
    await context.close();
  });
});
