import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

/** Expects that axe finds no violation of WCAG 2.2 A and AA on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  // axe is evaluated, because the content security policy of the page forbids to add it as a script.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(' ')) }));
  });
  // The drawer's checkbox must come before the drawer in the document, and there it is outside of all landmarks.
  const unexpected = found.filter(({ id, where }) => id !== 'region' || where.join() !== '#drawer');
  // The expectation is soft, so that later pages are also checked.
  expect.soft(unexpected, page.url()).toEqual([]);
}
