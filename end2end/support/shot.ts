import path from 'node:path';
import { test, type Page } from '@playwright/test';

/** Keeps a picture of the page, for people to look at; git ignores them. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = path.join(__dirname, '../screenshots', test.info().project.name);
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true, animations: 'disabled' });
}
