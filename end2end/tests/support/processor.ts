// The processor's page, where a payer adds a card or a bank account.

import { type Page, expect } from '@playwright/test';

/** Types a card on the page the browser is on and comes back to the review. */
export async function addCard(page: Page, number: string): Promise<void> {
  await page.getByRole('button', { name: /Add a card/ }).click();
  await expect(page).toHaveURL(/\/sandbox\/setup\//);
  await page.locator('input[name="number"]').fill(number);
  await page.locator('input[name="exp"]').fill('12/40');
  await page.locator('input[name="cvc"]').fill('123');
  await page.locator('input[name="name"]').fill('Dana Ruiz');
  await page.locator('select[name="country"]').selectOption('US');
  await page.locator('select[name="state"]').selectOption('GA');
  await page.locator('input[name="postal"]').fill('31401');
  await page.locator('form button[type="submit"]').first().click();
  await expect(page).toHaveURL(/\/portal\/pay\/review\//);
}

/** Types a bank account on the page the browser is on and comes back to the review. */
export async function addBank(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: /Add a bank account/ }).click();
  await expect(page).toHaveURL(/\/sandbox\/setup\//);
  await page.locator('input[name="routing"]').fill('110000000');
  await page.locator('input[name="account"]').fill(account);
  await page.locator('select[name="holder"]').selectOption('company');
  await page.locator('input[name="holder_name"]').fill('Alder & Finch Outfitters');
  await page.locator('form button[type="submit"]').first().click();
  await expect(page).toHaveURL(/\/portal\/pay\/review\//);
}

/** Moves the clock of the demo, and waits until the processor and the jobs have caught up. */
export async function advanceClock(page: Page, days: number): Promise<void> {
  const base = new URL(page.url()).origin;
  const answer = await page.request.post(`${base}/sandbox/clock`, {
    form: { days: String(days) },
    headers: { origin: base, 'sec-fetch-site': 'same-origin' },
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
}
