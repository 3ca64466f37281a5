import axe from 'axe-core';
import { expect, type Page } from '@playwright/test';

/** Nothing on the page breaks WCAG 2.2 A and AA as far as axe can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated and not added as a script, which the page's content security policy forbids.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } });
    return violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.target.join(' ')) }));
  });
  // The drawer's checkbox must stand before all that it opens, beside the landmarks.
  const ours = found.filter(({ id, where }) => id !== 'region' || where.join() !== '#drawer');
  // Softly: one page's fault hides no other's.
  expect.soft(ours, page.url()).toEqual([]);
}
