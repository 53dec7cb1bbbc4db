/** A shared record stays current in the other hospital's chart while the share lasts, and not a moment longer; the patient sees both. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Persona, Session } from '../../src/contract/network.ts';
import { launch, screenshot, settled, sit, type Desk } from './support/browser.ts';
import { noBrowser, openNetwork, type Network } from './support/network.ts';

const HOME = 'city-hospital';
const AWAY = 'st-marys';

describe.skipIf(noBrowser())('a copy in another hospital', () => {
  let network: Network;
  let browser: Browser;
  let patient: Session;
  let author: Session;
  let clinician: Session;
  let chart: Desk;
  let patientId: string;
  let grantId: string;

  const call = (session: Session, method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${session.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${session.token}`,
        ...(body === undefined ? {} : { 'content-type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ref = (): string => `${HOME}~${patientId}`;

  /** A measurement at home, now; resolves when it is acknowledged. */
  async function measure(name: string): Promise<void> {
    const answer = await call(author, 'POST', '/fhir/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: name },
      subject: { reference: `Patient/${patientId}` },
      effectiveDateTime: new Date().toISOString(),
      valueQuantity: { value: 412, unit: 'L/min', system: 'http://unitsofmeasure.org', code: 'L/min' },
    });
    expect(answer.status).toBe(201);
  }

  /** Milliseconds until the chart's own data has it; undefined when it does not come within `withinMs`. */
  async function arrives(name: string, withinMs: number): Promise<number | undefined> {
    const from = performance.now();
    while (performance.now() - from < withinMs) {
      const answer = await call(clinician, 'GET', `/portal/api/patients/${ref()}/timeline?limit=10`);
      if (answer.ok && (await answer.text()).includes(name)) return performance.now() - from;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return undefined;
  }

  beforeAll(async () => {
    network = await openNetwork();
    browser = await launch();
    const personas = await network.personas();
    const at = (organisation: string, role: Persona['role']): Persona =>
      personas.find((one) => one.role === role && one.organisation.id === organisation)!;
    patient = await network.session(at(HOME, 'patient'));
    author = await network.session(at(HOME, 'clinician'));
    clinician = await network.session(at(AWAY, 'clinician'));
    patientId = ((await (await call(patient, 'GET', '/portal/api/me')).json()) as { patientId: string }).patientId;
    chart = await sit(browser, network.hub, clinician);
  });
  afterAll(async () => {
    await browser?.close();
    await network?.stop();
  });

  it('is there once the patient has shared', async () => {
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const shared = await call(patient, 'POST', `/portal/api/patients/${patientId}/shares`, {
      organisationId: AWAY,
      purpose: 'treatment',
      categories: ['everything'],
      includeSensitive: false,
      until,
    });
    expect(shared.status).toBe(201);
    grantId = ((await shared.json()) as { grantId: string }).grantId;
    // The copy is fetched when the record is first read there.
    await expect
      .poll(async () => (await call(clinician, 'GET', `/portal/api/patients/${ref()}/timeline?limit=1`)).status, { timeout: 30_000 })
      .toBe(200);
  });

  it('shows what was written at home, within two seconds of its acknowledgement', async () => {
    const { page } = chart;
    await page.goto(`/clinician/patients/${ref()}`);
    await settled(page);
    expect(await page.getByText('Peak flow at home').count()).toBe(0);
    await measure('Peak flow at home');
    const took = await arrives('Peak flow at home', 10_000);
    expect(took).toBeLessThan(2000);
    await page.reload();
    await settled(page);
    await page.locator('main').getByText('Peak flow at home').first().waitFor();
    await screenshot(page, 'sync-1-arrived');
  });

  it('shows nothing that was written after the share was stopped, and nothing else either', async () => {
    expect((await call(patient, 'DELETE', `/portal/api/patients/${patientId}/shares/${grantId}`)).ok).toBe(true);
    await measure('Peak flow afterwards');
    expect(await arrives('Peak flow afterwards', 3000)).toBeUndefined();
    expect((await call(clinician, 'GET', `/portal/api/patients/${ref()}/timeline?limit=1`)).ok).toBe(false);
    const { page } = chart;
    await page.reload();
    await settled(page);
    await page.locator('[data-refusal], .notice.harm').first().waitFor();
    expect(await page.getByText('Peak flow').count()).toBe(0);
    await screenshot(page, 'sync-2-stopped');
  });

  it('leaves the patient with a log of who read there', async () => {
    const { page } = await sit(browser, network.hub, patient);
    const away = page.locator('.access').filter({ hasText: "St Mary's Hospital" });
    await expect
      .poll(
        async () => {
          await page.goto('/patient/accesses');
          await settled(page);
          await page.locator('.access').first().waitFor();
          return away.count();
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBeGreaterThan(0);
    await screenshot(page, 'sync-3-who-looked');
  });
});
