import { expect, type Locator, type Page } from '@playwright/test';
import type { Upload } from './sheet';

export const FILE_INPUT = '填好的表格（.xls 或 .xlsx）';

/** The texts that differ between the import of units and the import of purchasers. */
const WORDS = {
  units: { generate: '生成预算单位管理账号', question: '生成管理账号？', created: '个单位和管理账号', done: '管理账号已生成' },
  purchasers: { generate: '生成采购人交易账号', question: '生成交易账号？', created: '个采购人和交易账号', done: '交易账号已生成' },
};

type Template = keyof typeof WORDS;

/** Opens the import page and chooses a file on it. */
export async function choose(page: Page, file: string | Upload, template: Template = 'units'): Promise<void> {
  await page.goto(`/${template}/import`);
  await page.getByLabel(FILE_INPUT).setInputFiles(file);
}

/** A cell of the preview by its name in the spreadsheet, such as C18. Only cells with a finding can be located. */
export function cell(page: Page, name: string): Locator {
  return page.locator(`table.sheet td[data-cell="${name}"]`);
}

/** Uploads the chosen file and waits for the page of the batch. */
export async function upload(page: Page, button = '导入'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.waitForURL(/\/import\/\d+/);
}

/** Generates the accounts of the open batch and waits until every SMS is sent. */
export async function generate(page: Page, accounts: number, template: Template = 'units'): Promise<void> {
  const words = WORDS[template];
  await page.getByRole('button', { name: `${words.generate}（${accounts} 个）` }).click();
  // A press before the page's code runs leads to the question on a page of its own.
  const question = page.getByRole('dialog', { name: words.question }).or(page.locator('section.confirm-card'));
  await expect(question).toContainText(`新建 ${accounts} ${words.created}，向联系人发 ${accounts} 条短信`);
  await question.getByRole('button', { name: '生成并发短信' }).click();
  await generated(page, accounts, template);
}

/** Waits until the accounts are generated and every SMS is sent. */
export async function generated(page: Page, accounts: number, template: Template = 'units'): Promise<void> {
  await expect(page.getByRole('heading', { name: WORDS[template].done })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(`${accounts} / ${accounts}`, { exact: true })).toBeVisible({ timeout: 60_000 });
}
