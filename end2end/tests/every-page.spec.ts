import { expect, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { DEPARTMENT, OPERATOR } from '../support/demo';
import { cell, choose, FILE_INPUT, generate, upload } from '../support/importing';
import { signIn } from '../support/people';
import { makeUnits, sample, sheetWith } from '../support/sheet';
import { shot } from '../support/shot';
import { test } from '../support/signed-in';

const DEVICES = {
  desktop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
};

/** As long as a name may be, nearly. */
const LONG = '示例县城乡居民基本养老保险与新型农村合作医疗统筹管理服务中心驻经济技术开发区综合便民服务大厅分中心';

/** Nothing is wider than the window, but for what scrolls by itself. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { wide, window } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect.soft(wide, `page of ${page.url()}`).toBeLessThanOrEqual(window);
}

/** Errors in the browser's console, such as hydration that does not fit. */
function complaints(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  return said;
}

/** Looks at the page on every device. */
async function look(page: Page, name: string): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1);
  await page.waitForLoadState('networkidle');
  for (const [device, viewport] of Object.entries(DEVICES)) {
    await page.setViewportSize(viewport);
    await shot(page, `${device}-${name}`);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
  }
  await page.setViewportSize(DEVICES.desktop);
}

/** A unit with a long name, and one below it. */
const long = `${LONG}${Date.now() % 100_000}`;
let address: string;

test.beforeAll(async ({ browser, signedIn }, info) => {
  const [unit, below] = [makeUnits('长名', DEPARTMENT.name, 1)[0]!, makeUnits('长名下级', long, 1)[0]!];
  const context = await browser.newContext({ ...info.project.use, storageState: signedIn });
  const page = await context.newPage();
  await choose(page, sheetWith('长名', [{ ...unit, name: long }, below]));
  await upload(page);
  await generate(page, 2);
  await page.goto(`/units/manage?q=${encodeURIComponent(long)}`);
  await page.getByRole('row').getByRole('link', { name: long, exact: true }).click();
  await expect(page).toHaveURL(/\/units\/\d+$/);
  address = new URL(page.url()).pathname;
  await context.close();
});

for (const lang of ['zh-CN', 'en']) {
  test(`every page is accessible, fits the window and logs nothing (${lang})`, async ({ page, context, baseURL }) => {
    test.setTimeout(300_000);
    await context.addCookies([{ name: 'lang', value: lang, url: baseURL! }]);
    const said = complaints(page);
    const see = (name: string): Promise<void> => look(page, `${lang}-${name}`);
    const unit = address.slice('/units/'.length);
    for (const [name, path] of [
      ['desktop', '/'],
      ['import', '/units/import'],
      ['units', '/units'],
      ['units-none', '/units?q=不存在的单位'],
      ['manage', '/units/manage'],
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
      ['unit-missing', '/units/999999999'],
      ['profile', '/profile'],
      ['password', '/password'],
      ['help', '/help'],
      ['sms', '/demo/sms'],
    ] as const) {
      await test.step(name, async () => {
        await page.goto(path);
        await see(name);
      });
    }
    // A page that is not there is told by its status too.
    expect(said.splice(0).filter((text) => !text.includes('404'))).toEqual([]);
    await test.step('a form in error', async () => {
      await page.goto('/units/new');
      await page.waitForLoadState('networkidle');
      await page.locator('.unit-form button[type=submit]').click();
      await expect(page.locator('[aria-invalid=true]').first()).toBeFocused();
      await see('new-errors');
    });
    await test.step('what cannot be undone', async () => {
      await page.goto(address);
      await page.locator('details summary').click();
      await see('unit-removal');
    });
    await test.step('a checked file', async () => {
      await page.goto('/units/import');
      await page.locator('input#file').setInputFiles(sample('units-errors.xls'));
      await expect(cell(page, 'C18')).toBeVisible();
      await see('checked');
    });
    expect(said).toEqual([]);
  });
}

test('a batch in error is accessible and fits the window', async ({ page }) => {
  await page.goto('/units/import');
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('units-errors.xls'));
  await upload(page, '带着错误导入');
  await expect(cell(page, 'C18')).toBeVisible();
  await look(page, 'batch');
});

test.describe('without a session', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('the sign-in page, the operator and a page that is not there', async ({ page }) => {
    await page.goto('/signin');
    await look(page, 'signin');
    await signIn(page, OPERATOR);
    for (const [name, path] of [
      ['operator-units', '/units'],
      ['operator-manage', '/units/manage'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByText(/共 [\d,]{5,} 个单位/)).toBeVisible();
      await look(page, name);
    }
    const answer = await page.goto('/no-such-page');
    expect(answer?.status()).toBe(404);
    await look(page, 'not-found');
  });
});
