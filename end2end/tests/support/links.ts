// Links by which one invoice is paid, as staff make them.

import { type APIRequestContext, expect, request } from '@playwright/test';
import { STAFF } from './demo';

/** An invoice that can be paid, and the address of a link to it. */
export interface PayLink {
  invoice: { id: string; number: string };
  address: string;
}

/** Somebody of the staff, without a browser: the same with script or without. */
export async function staffRequests(base: string): Promise<APIRequestContext> {
  const headers = { accept: 'application/json', origin: base, 'sec-fetch-site': 'same-origin' };
  const staff = await request.newContext({ baseURL: base, extraHTTPHeaders: headers });
  const answer = await staff.post('/api/staff/session/sign_in', { form: STAFF });
  expect(answer.status()).toBeLessThan(400);
  return staff;
}

/** A link to the first open invoice that a search finds. */
export async function makeLink(staff: APIRequestContext, search: string): Promise<PayLink> {
  const found = await staff.get(`/api/staff/invoices/open?query[search]=${encodeURIComponent(search)}`);
  const { rows } = (await found.json()) as { rows: { id: string; number: string; status: { status: string } }[] };
  const row = rows.find(({ status }) => !['clearing', 'disputed'].includes(status.status));
  if (!row) throw new Error(`no open invoice is found by '${search}'`);
  const made = await staff.post('/api/staff/pay_links/make', { form: { id: row.id } });
  expect(made.status()).toBe(200);
  return { invoice: { id: row.id, number: row.number }, address: (await made.json()) as string };
}
