import { expect, type Page } from '@playwright/test';
import { choose } from '../support/importing';
import { sample } from '../support/sheet';
import { test } from '../support/signed-in';

/** Changes the settings that the server writes into the document, as another configuration would. */
async function withSettings(page: Page, change: Record<string, number>): Promise<void> {
  await page.route('**/units/import', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/data-settings="([^"]*)"/, (_, json: string) => {
      const settings = { ...JSON.parse(json.replaceAll('&quot;', '"')), ...change };
      return `data-settings="${JSON.stringify(settings).replaceAll('"', '&quot;')}"`;
    });
    await route.fulfill({ response, body });
  });
}

test('the browser checks a file by the configured number of rows', async ({ page }) => {
  await withSettings(page, { max_rows: 24 });
  await choose(page, sample('units-valid.xlsx'));
  await expect(page.getByText('超过 24 行').first()).toBeVisible();
});

test('the browser checks a file by the configured size', async ({ page }) => {
  await withSettings(page, { max_bytes: 1024 });
  await choose(page, sample('units-valid.xlsx'));
  await expect(page.getByText('文件超过 1 MB').first()).toBeVisible();
});

test('the browser accepts a file of the largest configured number of rows', async ({ page }) => {
  await withSettings(page, { max_rows: 25 });
  await choose(page, sample('units-valid.xlsx'));
  await expect(page.getByRole('button', { name: '导入', exact: true })).toBeEnabled();
  await expect(page.getByText('超过')).toHaveCount(0);
});
