import path from 'node:path';
import { test, type Page } from '@playwright/test';

/** Saves a screenshot of the page, for reviews. git ignores the folder. */
export async function saveScreenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(__dirname, '../screenshots', test.info().project.name);
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, animations: 'disabled' });
}
