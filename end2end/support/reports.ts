import { expect, type Page } from '@playwright/test';

/** The number in a cell. */
export const figure = (text: string): number => Number(text.replaceAll(',', '').replace('%', ''));

/** The texts of a row of the open report by the heads of its columns. */
export async function reportRow(page: Page, name: string): Promise<Record<string, string>> {
  const table = page.locator('.report-table');
  await expect(table).toBeVisible();
  const heads = (await table.locator('thead th').allInnerTexts()).map((text) => text.replace(/[▲▼]/g, '').trim());
  const cells = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).locator('th, td');
  const texts = await cells.allInnerTexts();
  return Object.fromEntries(heads.map((head, index) => [head, (texts[index] ?? '').trim()]));
}

/** Opens a page and waits until its code runs. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.waitForLoadState('networkidle');
}
