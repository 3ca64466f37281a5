import { expect, test } from '@playwright/test';
import { DEPARTMENT, OTHER_DEPARTMENT } from '../support/demo';
import { choose, upload } from '../support/importing';
import { signIn, signOut, trySignIn } from '../support/people';
import { newUnits } from '../support/sheet';

test('a wrong password and an unknown login name get the same message', async ({ page }) => {
  await trySignIn(page, DEPARTMENT.login, 'not-the-password');
  const alert = page.getByRole('alert');
  await expect(alert).toBeVisible();
  const text = await alert.textContent();
  await trySignIn(page, 'GL99999999', 'not-the-password');
  await expect(alert).toBeVisible();
  expect(await alert.textContent()).toBe(text);
  await expect(page.getByLabel('登录账号', { exact: true })).toHaveValue('GL99999999');
});

test('every page requires signing in and opens again after it', async ({ page }) => {
  for (const path of ['/', '/units', '/units/import', '/units/import/1', '/units/1', '/profile', '/password', '/help']) {
    await page.goto(path);
    await expect(page, path).toHaveURL(/\/signin/);
  }
  await page.goto('/units?state=active');
  await page.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await page.getByLabel('密码', { exact: true }).fill(DEPARTMENT.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).toHaveURL(/\/units\?state=active$/);
});

test('signing in never redirects to another site', async ({ page }) => {
  await page.goto('/signin?next=//example.com/');
  await page.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await page.getByLabel('密码', { exact: true }).fill(DEPARTMENT.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByText(DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
});

test('the batch and the units of another department are answered as missing', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await choose(page, newUnits('隔离', DEPARTMENT.name, 2).file);
  await expect(page.getByText('2 行全部正确')).toBeVisible();
  await upload(page);
  const batch = new URL(page.url()).pathname;
  await page.goto('/units');
  const unit = await page.locator('main a[href^="/units/"]:not([href*="import"])').first().getAttribute('href');
  await signOut(page);

  await signIn(page, OTHER_DEPARTMENT);
  await page.goto(batch);
  await expect(page.getByText('没有这次导入')).toBeVisible();
  await expect(page.locator('table.sheet')).toHaveCount(0);
  for (const path of [`${batch}/accounts.xlsx`, `${batch}/annotated.xlsx`, `${batch}/events`]) {
    expect((await page.request.get(path)).status(), path).toBe(404);
  }
  await page.goto(unit ?? '');
  await expect(page.getByRole('main')).not.toContainText('统一信用代码');
  await page.goto('/units');
  await expect(page.getByRole('main')).not.toContainText('隔离第');
});
