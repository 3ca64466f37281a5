import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { FILE_INPUT } from '../support/importing';
import { signIn, signOut } from '../support/people';
import { newUnits, sample } from '../support/sheet';
import { shot } from '../support/shot';

test.use({ javaScriptEnabled: false });

test('without JavaScript: sign in, import, generate, sign out', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  const { file, units } = newUnits('无脚本', DEPARTMENT.name, 3);

  await page.goto('/units/import');
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('refused-encrypted.xlsx'));
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('这个文件不能导入');

  await page.getByLabel(FILE_INPUT).setInputFiles(file);
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page).toHaveURL(/\/units\/import\/\d+/);
  await expect(page.locator('table.sheet')).toContainText(units[0]!.name);
  await expect(page.getByText('检查通过，可以生成。')).toBeVisible();
  await shot(page, 'without-javascript');

  await page.getByRole('button', { name: `生成预算单位管理账号（${units.length} 个）` }).click();
  await page.getByRole('button', { name: '生成并发短信' }).click();
  await expect(page).toHaveURL(/\/units\/import\/\d+/);
  // Without a script the page shows progress when it is asked for.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: '管理账号已生成' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.goto(`/units?q=${encodeURIComponent(units[0]!.name)}`);
  await expect(page.getByRole('main')).toContainText(units[0]!.code.slice(0, 4));
  await signOut(page);
});

test('without JavaScript: a wrong password leaves nothing of it in the address', async ({ page }) => {
  await page.goto('/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await page.getByLabel('密码', { exact: true }).fill('not-the-password');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect(page.url()).not.toContain('not-the-password');
  expect(page.url()).not.toContain(DEPARTMENT.login);
});
