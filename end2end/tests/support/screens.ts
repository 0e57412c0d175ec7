// Not a test: pictures of every page at three widths, light and dark, into the folder $SCREENS.
// $SCREENS_URLS, separated by blanks, takes the place of the lists.

import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { test } from './checks';
import { signIn as signInPayer } from './payer';
import { addCard } from './processor';
import { signIn as signInStaff } from './staff';

const NOBODY = ['/portal/sign-in', '/staff/sign-in'];
const PAYER = ['/portal', '/portal/paid', '/portal/documents', '/portal/pay?all=USD', '/portal/invoices/0'];
const STAFF = [
  '/staff/customers',
  '/staff/invoices',
  '/staff/invoices?search=nothing-is-called-so',
  '/staff/paid',
  '/staff/tasks',
  '/staff/tasks?view=notifications',
  '/staff/tasks?view=form',
  '/staff/import',
  '/staff/team',
  '/staff/settings',
  '/staff/account',
  '/staff/mailbox',
  '/staff/nowhere',
];
/** The panel's tabs; the first has no word of its own. */
const TABS = ['', 'contacts', 'payments', 'history', 'notes', 'documents'];

const asked = (process.env.SCREENS_URLS ?? '').split(/\s+/).filter(Boolean);
const among = (urls: string[], prefix: string) => (asked.length > 0 ? asked.filter((url) => url.startsWith(prefix)) : urls);

async function shoot(page: Page, who: string, urls: string[]) {
  for (const url of urls) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [320, 768, 1280]) {
        await page.setViewportSize({ width, height: width === 320 ? 640 : 800 });
        await page.goto(url);
        // Live pages keep a connection open and are never idle: give late content a moment, no more.
        await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => {});
        const slug = url.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/g, 'one').replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '');
        const name = `${who}-${slug || 'root'}-${width}-${colorScheme}.png`;
        await page.screenshot({ path: join(process.env.SCREENS!, name), fullPage: true });
      }
    }
    console.log(`${who} ${url}`);
  }
}

// A page that is missing or breaks is to be seen in its picture, not to end the series.
const anything = /./;

test('pages for anybody', async ({ page, problems }) => {
  problems.allow(anything);
  await shoot(page, 'nobody', asked.length > 0 ? asked : NOBODY);
});

test('pages for a payer', async ({ page, problems }) => {
  problems.allow(anything);
  const urls = among(PAYER, '/portal');
  test.skip(urls.length === 0, 'none asked for');
  await signInPayer(page);
  await shoot(page, 'payer', urls);
  if (asked.length > 0) return;
  // What has an address of its own only on the way: an invoice, a price, a receipt.
  const invoice = await page.goto('/portal').then(() => page.locator('a[href^="/portal/invoices/"]').first().getAttribute('href'));
  await shoot(page, 'payer', [invoice ?? '/portal']);
  for (const [name, card] of [['paid', '4242424242424242'], ['declined', '4000000000000341']] as const) {
    await page.goto('/portal');
    await page.locator('.bill input[type="checkbox"]').first().check();
    await page.locator('.basket button[type="submit"]').click();
    await addCard(page, card);
    await shoot(page, `payer-${name}`, [new URL(page.url()).pathname]);
    await page.getByRole('button', { name: /^Pay / }).click();
    await page.waitForURL(/\/portal\/payments\//);
    await shoot(page, `payer-${name}`, [new URL(page.url()).pathname]);
  }
});

test('pages for staff', async ({ page, problems }) => {
  problems.allow(anything);
  const urls = among(STAFF, '/staff');
  test.skip(urls.length === 0, 'none asked for');
  await signInStaff(page);
  await shoot(page, 'staff', urls);
  if (asked.length > 0) return;
  await page.goto('/staff/customers');
  const panel = await page.locator('a[data-open]').first().getAttribute('href');
  const tabs = TABS.map((tab) => (tab === '' ? panel! : `${panel}&tab=${tab}`));
  await shoot(page, 'staff-panel', tabs);
  await page.goto('/staff/invoices');
  const invoice = await page.locator('a[href*="invoice="]').first().getAttribute('href');
  await shoot(page, 'staff-panel', [invoice!]);
});
