// The development mailbox: every message the server sent, newest first.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  at: string;
}

/** All messages to an address, newest first. */
export async function mailTo(base: string, address: string): Promise<Mail[]> {
  const answer = await fetch(`${base}/dev/mailbox.json?to=${encodeURIComponent(address)}`);
  if (!answer.ok) throw new Error(`the mailbox answered ${answer.status}; it exists only in development and demo mode`);
  return (await answer.json()) as Mail[];
}

/**
 * Does something that sends a message, and gives that message back. Old messages are told from the new
 * one by id and not by time, for tests move the server's clock.
 */
export async function mailSentBy(
  base: string,
  address: string,
  action: () => Promise<unknown>,
  options: { subject?: RegExp; timeout?: number } = {},
): Promise<Mail> {
  const before = new Set((await mailTo(base, address)).map((mail) => mail.id));
  await action();
  const end = Date.now() + (options.timeout ?? 10_000);
  for (;;) {
    const fresh = (await mailTo(base, address)).filter((mail) => !before.has(mail.id));
    const found = fresh.find((mail) => !options.subject || options.subject.test(mail.subject));
    if (found) return found;
    if (Date.now() > end) {
      const got = fresh.map((mail) => `'${mail.subject}'`).join(', ') || 'none';
      throw new Error(`no message to ${address} ${options.subject ?? ''} came; new ones: ${got}`);
    }
    await sleep(50);
  }
}

/** The six-digit code in a message. */
export function codeIn(mail: Mail): string {
  const code = /(?<!\d)\d{3}[ -]?\d{3}(?!\d)/.exec(mail.text)?.[0];
  if (!code) throw new Error(`no six-digit code in '${mail.subject}':\n${mail.text}`);
  return code.replace(/\D/g, '');
}

/** The links in a message. */
export function linksIn(mail: Mail): string[] {
  return mail.text.match(/https?:\/\/[^\s<>"')]+/g) ?? [];
}
