import { expect, type Page } from '@playwright/test';
import { test } from '../support/signed-in';

/** Holds the page's code back until told; what the server drew is there meanwhile. */
async function holdCode(page: Page): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/pkg\/.*\.wasm/, async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await page.waitForLoadState('networkidle');
  };
}

test('going back while a page is still loading opens the page before', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto('/units');
  await page.waitForLoadState('networkidle');
  await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '帮助' }).click();
  await expect(page).toHaveURL('/help');
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('帮助');

  const release = await holdCode(page);
  await page.reload({ waitUntil: 'commit' });
  await expect(title).toHaveText('帮助');
  await page.evaluate(() => history.back());
  await expect(page).toHaveURL('/units');
  await release();
  await expect(title).toHaveText('预算单位列表');
  // It is alive.
  await page.getByRole('link', { name: '采购人列表' }).click();
  await expect(title).toHaveText('采购人列表');
  expect(errors).toEqual([]);
});
