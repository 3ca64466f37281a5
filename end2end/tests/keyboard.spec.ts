import { expect, test, type Locator, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { generated } from '../support/importing';
import { newUnits } from '../support/sheet';

/** Presses Tab until the element has the focus. An element that Tab does not reach cannot be used by keyboard. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${target}`);
}

test('the main job can be done by keyboard alone', async ({ page }) => {
  const { file, units } = newUnits('键盘', DEPARTMENT.name, 2);
  await page.goto('/signin');
  await tabTo(page, page.getByLabel('登录账号', { exact: true }));
  await page.keyboard.type(DEPARTMENT.login);
  await tabTo(page, page.getByLabel('密码', { exact: true }));
  await page.keyboard.type(DEPARTMENT.password);
  await page.keyboard.press('Enter');
  await expect(page.getByText(DEPARTMENT.name, { exact: true }).first()).toBeVisible();

  await tabTo(page, page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: /^预算单位导入/ }));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/units\/import$/);
  const input = page.locator('input#file');
  await tabTo(page, input);
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(file);
  await expect(page.getByText('2 行全部正确')).toBeVisible();

  await tabTo(page, page.getByRole('button', { name: '导入', exact: true }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/units\/import\/\d+/);
  const button = page.getByRole('button', { name: `生成预算单位管理账号（${units.length} 个）` });

  // Escape closes the dialog, and the focus returns to the button that opened it.
  await tabTo(page, button);
  await page.keyboard.press('Enter');
  const question = page.getByRole('dialog', { name: '生成管理账号？' });
  await expect(question).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(button).toBeFocused();

  await page.keyboard.press('Enter');
  await tabTo(page, question.getByRole('button', { name: '生成并发短信' }));
  await page.keyboard.press('Enter');
  await generated(page, units.length);
});

test('the first Tab focuses the link that skips to the content', async ({ page }) => {
  await page.goto('/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await page.getByLabel('密码', { exact: true }).fill(DEPARTMENT.password);
  await page.keyboard.press('Enter');
  await expect(page.getByText(DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  await page.goto('/units');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: '跳到正文' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});
