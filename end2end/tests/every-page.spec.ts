import { expect, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { DEPARTMENT, OPERATOR } from '../support/demo';
import { cell, choose, FILE_INPUT, generate, upload } from '../support/importing';
import { signIn } from '../support/people';
import { makeUnits, sample, sheetWith } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';
import { test } from '../support/signed-in';

const DEVICES = {
  desktop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
};

/** A name of almost the maximum length. */
const LONG_NAME = '示例县城乡居民基本养老保险与新型农村合作医疗统筹管理服务中心驻经济技术开发区综合便民服务大厅分中心';

/** Expects that the page is not wider than the window. Elements that scroll by themselves may be wider. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { wide, window } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect.soft(wide, `page of ${page.url()}`).toBeLessThanOrEqual(window);
}

/** Collects the errors and warnings in the browser's console, such as failed hydration. */
function consoleErrors(page: Page): string[] {
  const messages: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') messages.push(message.text());
  });
  page.on('pageerror', (error) => messages.push(error.message));
  return messages;
}

/** Expects that the page is accessible and fits the window on every device. */
async function checkPage(page: Page, name: string): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1);
  await page.waitForLoadState('networkidle');
  for (const [device, viewport] of Object.entries(DEVICES)) {
    await page.setViewportSize(viewport);
    await saveScreenshot(page, `${device}-${name}`);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
  await page.setViewportSize(DEVICES.desktop);
}

/** The name of a unit that has a subordinate unit. */
const longName = `${LONG_NAME}${Date.now() % 100_000}`;
let address: string;

test.beforeAll(async ({ browser, signedIn }, info) => {
  const [unit, below] = [makeUnits('长名', DEPARTMENT.name, 1)[0]!, makeUnits('长名下级', longName, 1)[0]!];
  const context = await browser.newContext({ ...info.project.use, storageState: signedIn });
  const page = await context.newPage();
  await choose(page, sheetWith('长名', [{ ...unit, name: longName }, below]));
  await upload(page);
  await generate(page, 2);
  await page.goto(`/units/manage?q=${encodeURIComponent(longName)}`);
  await page.getByRole('row').getByRole('link', { name: longName, exact: true }).click();
  await expect(page).toHaveURL(/\/units\/\d+$/);
  address = new URL(page.url()).pathname;
  await context.close();
});

for (const lang of ['zh-CN', 'en']) {
  test(`every page is accessible, fits the window and logs nothing (${lang})`, async ({ page, context, baseURL }) => {
    test.setTimeout(300_000);
    await context.addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
    const errors = consoleErrors(page);
    const check = (name: string): Promise<void> => checkPage(page, `${lang}-${name}`);
    const unit = address.slice('/units/'.length);
    for (const [name, path] of [
      ['desktop', '/'],
      ['import', '/units/import'],
      ['units', '/units'],
      ['units-none', '/units?q=不存在的单位'],
      ['manage', '/units/manage'],
      ['plan', '/plan'],
      ['plan-parameters', '/plan/parameters'],
      ['plans', '/plans'],
      ['manage-below', `/units/manage?below=${unit}&state=not-activated&sort=name`],
      ['manage-none', '/units/manage?q=不存在的单位'],
      ['new', '/units/new'],
      ['unit', address],
      ['edit', `${address}/edit`],
      ['reset', `${address}/reset`],
      ['purchasers-import', '/purchasers/import'],
      ['purchasers', '/purchasers'],
      ['purchasers-none', '/purchasers?q=不存在的采购人'],
      ['purchaser-new', '/purchasers/new'],
      ['notices', '/notices'],
      ['notices-own', '/notices?state=own'],
      ['notice-new', '/notices/new'],
      ['disputes', '/disputes'],
      ['dispute-new', '/disputes/new'],
      ['unit-missing', '/units/999999999'],
      ['profile', '/profile'],
      ['password', '/password'],
      ['help', '/help'],
      ['sms', '/demo/sms'],
    ] as const) {
      await test.step(name, async () => {
        await page.goto(path);
        await check(name);
      });
    }
    // The browser also logs the status 404 of the missing page.
    expect(errors.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
    await test.step('a form with errors', async () => {
      await page.goto('/units/new');
      await page.waitForLoadState('networkidle');
      await page.locator('.unit-form button[type=submit]').click();
      await expect(page.locator('[aria-invalid=true]').first()).toBeFocused();
      await check('new-errors');
    });
    await test.step('deleting and merging a unit', async () => {
      await page.goto(address);
      await page.locator('details summary').click();
      await check('unit-removal');
    });
    await test.step('a checked file', async () => {
      await page.goto('/units/import');
      await page.locator('input#file').setInputFiles(sample('units-errors.xls'));
      await expect(cell(page, 'C18')).toBeVisible();
      await check('checked');
    });
    expect(errors).toEqual([]);
  });
}

test('a batch with errors is accessible and fits the window', async ({ page }) => {
  await page.goto('/units/import');
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('units-errors.xls'));
  await upload(page, '带着错误导入');
  await expect(cell(page, 'C18')).toBeVisible();
  await checkPage(page, 'batch');
});

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('the sign-in page, the pages of the operator and a missing page are accessible and fit the window', async ({ page }) => {
    await page.goto('/signin');
    await checkPage(page, 'signin');
    await signIn(page, OPERATOR);
    for (const [name, path] of [
      ['operator-units', '/units'],
      ['operator-manage', '/units/manage'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByText(/共 [\d,]{5,} 个单位/)).toBeVisible();
      await checkPage(page, name);
    }
    const response = await page.goto('/no-such-page');
    expect(response?.status()).toBe(404);
    await checkPage(page, 'not-found');
  });
});
