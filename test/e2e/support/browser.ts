/** A browser, people at their desks in it, and what every page is held to. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Session } from '../../../src/contract/network.ts';
import { CHROMIUM } from './network.ts';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const screenshots = path.join(import.meta.dirname, '../../../test-results/screenshots');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

export const widths = [1440, 375] as const;
export const schemes = ['light', 'dark'] as const;

export interface Desk {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors that no page may have: uncaught exceptions, refused by the content security policy. */
  readonly errors: readonly string[];
}

/** A tab of its own; with a session somebody already sits at their desk. */
export async function sit(
  browser: Browser,
  hub: string,
  session?: Session,
  { width = 1440, forAxe = false }: { readonly width?: number; readonly forAxe?: boolean } = {},
): Promise<Desk> {
  const context = await browser.newContext({
    baseURL: hub,
    viewport: { width, height: width < 800 ? 812 : 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    // The accessibility checker is put into the page as a script, which the product's policy rightly refuses.
    bypassCSP: forAxe,
  });
  if (session !== undefined)
    await context.addInitScript(
      `if (!sessionStorage.getItem('careledger.session')) sessionStorage.setItem('careledger.session', ${JSON.stringify(JSON.stringify(session))});`,
    );
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on(
    'console',
    (message) => message.type() === 'error' && /Content Security Policy|Uncaught/.test(message.text()) && errors.push(message.text()),
  );
  return { page, context, errors };
}

/** The page has its heading and no skeleton is left. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  await page.locator('.skeleton').first().waitFor({ state: 'detached' });
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}

/** What axe-core (WCAG 2.2 A and AA, best practices) holds against the page, in words; empty when nothing. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResult>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]!.html.slice(0, 200)} ${nodes[0]!.failureSummary ?? ''}`);
}

/** Pixels by which the page is wider than the window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
