import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { cell } from '../support/importing';
import { signIn } from '../support/people';
import { sample } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';

test('the language can be switched and is remembered', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await page.goto('/units?state=active');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page).toHaveURL(/\/units\?state=active$/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'Unit list', level: 1 })).toBeVisible();

  await page.goto('/units/import');
  await page.getByLabel('The filled-in sheet (.xls or .xlsx)').setInputFiles(sample('units-errors.xlsx'));
  await expect(cell(page, 'C18')).toContainText('C18');
  expect(await cell(page, 'C18').locator('.cell-note').textContent()).not.toMatch(/[\u4e00-\u9fff]{3}/);
  await saveScreenshot(page, 'errors-english');

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('heading', { name: '登录管理账号' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
});

test.describe('a browser that asks for English', () => {
  test.use({ locale: 'en-GB' });
  test('gets the sign-in page in English', async ({ page }) => {
    await page.goto('/signin');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });
});
