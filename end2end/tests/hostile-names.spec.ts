import { expect, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose, generate, upload } from '../support/importing';
import { makeUnits, sheetWith } from '../support/sheet';
import { test } from '../support/signed-in';

/** What a name tries: it ends elements and attributes, and it contains an entity. */
const HOSTILE = `</title></textarea><meta http-equiv="refresh" content="0"><x-hostile '" x-hostile="&lt;`;

/** The name of a unit that has a unit below it. It is not longer than a name may be. */
let name: string;
let unit: string;

/** Expects that the open page is the requested one, and that no element or attribute comes from a name. */
async function expectOnlyText(page: Page, path: string): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1);
  await expect(page.locator('x-hostile, [x-hostile], meta[http-equiv=refresh i]')).toHaveCount(0);
  await expect(page.locator('head > title')).toHaveCount(1);
  const { pathname, search } = new URL(page.url());
  expect(pathname + search).toBe(path);
}

test.beforeAll(async ({ browser, signedIn }, info) => {
  const context = await browser.newContext({ ...info.project.use, storageState: signedIn });
  const page = await context.newPage();
  const above = makeUnits(HOSTILE, DEPARTMENT.name, 1)[0]!;
  const below = makeUnits(HOSTILE, above.name, 1)[0]!;
  name = above.name;
  await choose(page, sheetWith(HOSTILE.replaceAll('/', '-'), [above, below]));
  await expect(page.locator('x-hostile, [x-hostile]')).toHaveCount(0);
  await upload(page);
  await expect(page.locator('x-hostile, [x-hostile]')).toHaveCount(0);
  await generate(page, 2);
  await page.goto(`/units/manage?q=${above.code}`);
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await expect(page).toHaveURL(/\/units\/\d+$/);
  unit = new URL(page.url()).pathname;
  await context.close();
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a name is a text on every page that shows it', async ({ page }) => {
      const messages: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') messages.push(message.text());
      });
      for (const path of [
        unit,
        `${unit}/edit`,
        `${unit}/reset`,
        `/units?q=${encodeURIComponent('x-hostile')}`,
        `/units/manage?below=${unit.slice('/units/'.length)}`,
        `/purchasers?unit=${unit.slice('/units/'.length)}`,
        '/units/import',
        '/demo/sms',
        '/',
      ]) {
        await test.step(path, async () => {
          await page.goto(path);
          await page.waitForLoadState('networkidle');
          await expectOnlyText(page, path);
        });
      }
      expect(messages).toEqual([]);
    });

    test('the title of the document is the name as it is', async ({ page }) => {
      await page.goto(unit);
      await page.waitForLoadState('networkidle');
      await expect(page).toHaveTitle(`${name} - 采购人管理系统`);
      await expect(page.locator('h1')).toHaveText(name);
    });
  });
}

test('the title follows the links between pages', async ({ page }) => {
  await page.goto(`/units/manage?q=${encodeURIComponent('x-hostile')}`);
  await page.waitForLoadState('networkidle');
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await expect(page).toHaveTitle(`${name} - 采购人管理系统`);
  await expectOnlyText(page, unit);
});
