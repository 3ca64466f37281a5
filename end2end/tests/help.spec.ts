import { expect, test } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { DEPARTMENT } from '../support/demo';
import { signIn } from '../support/people';

test('the help is searched, and its answers lead to the place', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await page.goto('/help');
  await expect(page.getByRole('heading', { name: '检查结果的含义' })).toBeVisible();

  await page.getByRole('searchbox').fill('短信 手机号码');
  await page.getByRole('searchbox').press('Enter');
  await expect(page).toHaveURL(/\/help\?q=/);
  await expect(page.locator('.help-found')).toContainText('找到');
  // Answers that were searched for are open.
  await expect(page.getByText('看短信是否发送失败')).toBeVisible();
  await expect(page.getByText('能用自己做的表格导入吗？')).toHaveCount(0);
  await checkPage(page, 'help-search');

  await page.getByRole('group').filter({ hasText: '没有收到短信' }).getByRole('link', { name: '预算单位管理' }).click();
  await expect(page).toHaveURL(/\/units\/manage$/);

  await page.goto('/help?q=没有这样的词');
  await expect(page.getByRole('heading', { name: '没有找到' })).toBeVisible();
  await checkPage(page, 'help-none');
  await page.getByRole('link', { name: '看全部内容' }).or(page.getByRole('link', { name: 'Show everything' })).click();
  await expect(page).toHaveURL(/\/help$/);
});

test('each page leads to the help about it', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  for (const [path, heading] of [
    ['/units/import', '填报说明：预算单位'],
    ['/purchasers/import', '填报说明：采购人'],
    ['/units/manage', '账号和短信'],
    ['/purchasers', '采购人'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('link', { name: '本页帮助' }).click();
    await expect(page.getByRole('heading', { name: heading, exact: true }).last()).toBeInViewport();
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('the help is searched', async ({ page }) => {
    await signIn(page, DEPARTMENT);
    await page.goto('/help');
    await page.getByRole('searchbox').fill('预留比例');
    await page.getByRole('searchbox').press('Enter');
    await expect(page.locator('.help-found')).toContainText('找到');
    await expect(page.getByText('能用自己做的表格导入吗？')).toHaveCount(0);
  });
});
