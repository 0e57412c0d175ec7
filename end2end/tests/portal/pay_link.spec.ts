// From a payment link to the receipt, without signing in. Runs with script and without.

import { expect, expectAccessible, expectNoHorizontalScroll, test } from '../support/checks';
import { makeLink, staffRequests } from '../support/links';
import { addCard } from '../support/processor';

test('a link shows and pays one invoice, and shows the receipt ever after', async ({ page, baseURL }) => {
  test.setTimeout(120_000);
  const staff = await staffRequests(baseURL!);
  const { invoice, address } = await makeLink(staff, 'alder');
  const shown = await page.goto(address);
  expect(shown?.headers()['referrer-policy']).toBe('no-referrer');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Invoice ${invoice.number}`);
  await expect(page.getByText('To pay today')).toBeVisible();
  await expect(page.getByText(/You can pay/)).toBeVisible();
  // For paper, by the same key, and not opened by it.
  const paper = page.getByRole('link', { name: 'Download the invoice' });
  await expect(paper).toHaveAttribute('href', `${new URL(address).pathname}/invoice.pdf`);
  const pdf = await page.request.get(`${address}/invoice.pdf`);
  expect(pdf.headers()['content-type']).toBe('application/pdf');
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
  // Nothing leads anywhere else.
  await expect(page.locator('.menu')).toHaveCount(0);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await page.getByRole('button', { name: /^Pay / }).click();
  await expect(page).toHaveURL(new RegExp(`/portal/pay\\?invoice=${invoice.id}`));
  expect(page.url()).not.toContain(new URL(address).pathname);
  await expect(page.getByRole('heading', { name: 'How would you like to pay?' })).toBeVisible();
  await expect(page.getByText('Saved ways to pay')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Back to the invoice' })).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  await addCard(page, '4242424242424242');
  await expectAccessible(page);
  await page.getByRole('button', { name: /^Pay \$[\d,.]+ with Visa ••4242$/ }).click();
  await expect(page).toHaveURL(/\/portal\/payments\//);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  const receipt = page.url();
  await page.getByRole('link', { name: 'Back to the invoice' }).click();
  await expect(page).toHaveURL(new RegExp(`/portal/invoices/${invoice.id}`));
  await expect(page.getByRole('link', { name: 'All invoices' })).toHaveCount(0);
  await expectAccessible(page);

  // The portal itself stays closed to whoever has nothing but a link.
  await page.goto('/portal');
  await expect(page).toHaveURL(/\/portal\/sign-in/);

  // Whoever opens the link later, in another browser, sees what became of it.
  await page.context().clearCookies();
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'This invoice is paid' })).toBeVisible();
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);
  await page.getByRole('button', { name: 'See the receipt' }).click();
  await expect(page).toHaveURL(receipt);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paid');
  await staff.dispose();
});

test('a link that was taken back, or never was, says whom to ask', async ({ page, problems, baseURL }) => {
  problems.allow(/status of 404/);
  const staff = await staffRequests(baseURL!);
  const { invoice, address } = await makeLink(staff, 'cedar');
  const revoked = await staff.post('/api/staff/pay_links/revoke', { form: { id: invoice.id } });
  expect(revoked.status()).toBe(200);
  await page.goto(address);
  await expect(page.getByRole('heading', { name: 'This payment link is no longer valid' }).last()).toBeVisible();
  await expect(page.getByText(/Please ask Ruth Adeyemi for a new one/)).toBeVisible();
  await expect(page.getByRole('main')).not.toContainText(invoice.number);
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0);
  await expectAccessible(page);
  await expectNoHorizontalScroll(page);

  const unknown = await page.goto(`/pay/${'A'.repeat(43)}`);
  expect(unknown?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
  await expectAccessible(page);
  await staff.dispose();
});
