import { expect, type Locator, type Page } from '@playwright/test';
import type { Upload } from './sheet';

export const FILE_INPUT = '填好的表格（.xls 或 .xlsx）';

/** Opens the import page and chooses a file on it. */
export async function choose(page: Page, file: string | Upload): Promise<void> {
  await page.goto('/units/import');
  await page.getByLabel(FILE_INPUT).setInputFiles(file);
}

/** A cell of the preview by its name in the spreadsheet program, such as C18; there only where something was found. */
export function cell(page: Page, name: string): Locator {
  return page.locator(`table.sheet td[data-cell="${name}"]`);
}

/** Uploads what was chosen; waits for the batch's page. */
export async function upload(page: Page, button = '导入'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.waitForURL(/\/units\/import\/\d+/);
}

/** Generates the accounts of the batch on show; waits until every SMS is out. */
export async function generate(page: Page, accounts: number): Promise<void> {
  await page.getByRole('button', { name: `生成预算单位管理账号（${accounts} 个）` }).click();
  const question = page.getByRole('dialog', { name: '生成管理账号？' });
  await expect(question).toContainText(`新建 ${accounts} 个单位和管理账号，向联系人发 ${accounts} 条短信`);
  await question.getByRole('button', { name: '生成并发短信' }).click();
  await generated(page, accounts);
}

/** Waits until a generation has come to its end. */
export async function generated(page: Page, accounts: number): Promise<void> {
  await expect(page.getByRole('heading', { name: '管理账号已生成' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(`${accounts} / ${accounts}`, { exact: true })).toBeVisible({ timeout: 60_000 });
}
