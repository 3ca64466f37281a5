import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { DEPARTMENT, OPERATOR } from '../support/demo';
import { cell, choose, upload } from '../support/importing';
import { signIn } from '../support/people';
import { sample } from '../support/sheet';
import { shot } from '../support/shot';

/** Nothing is wider than the window, but for what scrolls by itself. */
async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { wide, window } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  expect(wide, `page of ${page.url()}`).toBeLessThanOrEqual(window);
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

for (const { device, viewport } of [
  { device: 'desktop', viewport: { width: 1366, height: 768 } },
  { device: 'phone', viewport: { width: 390, height: 844 } },
]) {
  test.describe(`every page on a ${device}`, () => {
    test.use({ viewport });

    async function look(page: Page, name: string): Promise<void> {
      await expect(page.locator('h1')).toHaveCount(1);
      await page.waitForLoadState('networkidle');
      await shot(page, `${device}-${name}`);
      await expectNoSidewaysScroll(page);
      await expectAccessible(page);
    }

    test('is accessible, fits the window and logs nothing', async ({ page }) => {
      const said = complaints(page);
      await page.goto('/signin');
      await look(page, 'signin');
      await page.goto('/demo/sms');
      await look(page, 'sms');
      await signIn(page, DEPARTMENT);
      for (const [name, path] of [
        ['desktop', '/'],
        ['import', '/units/import'],
        ['units', '/units'],
        ['units-none', '/units?q=不存在的单位'],
        ['profile', '/profile'],
        ['password', '/password'],
        ['help', '/help'],
      ] as const) {
        await test.step(name, async () => {
          await page.goto(path);
          await look(page, name);
        });
      }
      await test.step('unit', async () => {
        await page.goto('/units');
        await page.locator('main a[href^="/units/"]:not([href*="import"])').first().click();
        await expect(page).toHaveURL(/\/units\/\d+$/);
        await look(page, 'unit');
      });
      await test.step('a checked file', async () => {
        await choose(page, sample('units-errors.xls'));
        await expect(cell(page, 'C18')).toBeVisible();
        await look(page, 'checked');
      });
      await test.step('a batch', async () => {
        await upload(page, '带着错误导入');
        await expect(cell(page, 'C18')).toBeVisible();
        await look(page, 'batch');
      });
      expect(said).toEqual([]);
    });

    test('the operator sees the whole tree', async ({ page }) => {
      await signIn(page, OPERATOR);
      await page.goto('/units');
      await expect(page.getByText(/共 [\d,]{5,} 个单位/)).toBeVisible();
      await look(page, 'operator-units');
    });

    test('a page that is not there says so', async ({ page }) => {
      const answer = await page.goto('/no-such-page');
      expect(answer?.status()).toBe(404);
      await look(page, 'not-found');
    });
  });
}
