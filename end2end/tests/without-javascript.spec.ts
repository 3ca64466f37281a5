import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { FILE_INPUT } from '../support/importing';
import { signIn, signOut } from '../support/people';
import { makeUnits, newUnits, sample } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';
import { fillInUnit } from '../support/unit-form';

test.use({ javaScriptEnabled: false });

test('without JavaScript: signing in, importing, generating and signing out work', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  const { file, units } = newUnits('无脚本', DEPARTMENT.name, 3);

  await page.goto('/units/import');
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('refused-encrypted.xlsx'));
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('这个文件不能导入');
  // The page quotes the header in the file, but the address does not.
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('refused-altered-header.xlsx'));
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('现在是“*信用代码”');
  await expect(page).toHaveURL(/\/units\/import\?refused$/);
  await page.getByLabel(FILE_INPUT).setInputFiles(sample('purchasers-valid.xlsx'));
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('采购人');
  await page.goto('/units/import?refused=too-many-rows&limit=7');
  await expect(page.getByRole('alert')).toHaveCount(0);

  await page.getByLabel(FILE_INPUT).setInputFiles(file);
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await expect(page).toHaveURL(/\/units\/import\/\d+/);
  await expect(page.locator('table.sheet')).toContainText(units[0]!.name);
  await expect(page.getByText('检查通过，可以生成。')).toBeVisible();
  await saveScreenshot(page, 'without-javascript');

  await page.getByRole('button', { name: `生成预算单位管理账号（${units.length} 个）` }).click();
  await page.getByRole('button', { name: '生成并发短信' }).click();
  await expect(page).toHaveURL(/\/units\/import\/\d+/);
  // Without JavaScript the page shows the progress only after a reload.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('heading', { name: '管理账号已生成' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.goto(`/units?q=${encodeURIComponent(units[0]!.name)}`);
  await expect(page.getByRole('main')).toContainText(units[0]!.code.slice(0, 4));
  await signOut(page);
});

test('without JavaScript: a form that is refused or has an edit conflict keeps the input, but not in the address', async ({
  page,
  context,
}) => {
  await signIn(page, DEPARTMENT);
  const unit = makeUnits('无脚本新增', DEPARTMENT.name, 1)[0]!;
  await page.goto('/units/new');
  await fillInUnit(page, unit, '120');
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByLabel('拟预留比例(%)')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('预算单位名称', { exact: true })).toHaveValue(unit.name);
  await expect(page.getByLabel('行政级次')).toHaveValue('县级');
  await expect(page.getByLabel('联系人手机号码')).toHaveValue(unit.mobile);
  const refused = decodeURIComponent(page.url());
  for (const typed of [unit.name, unit.mobile]) expect(refused).not.toContain(typed);
  await page.getByLabel('拟预留比例(%)').fill('15');
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByText('单位已新增，账号短信正在发送。')).toBeVisible();

  // The refusal replaces the earlier confirmation.
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByText('账号短信正在重新发送。')).toBeVisible();
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '秒后再发' })).toBeVisible();
  await expect(page.getByText('账号短信正在重新发送。')).toBeHidden();

  const address = new URL(page.url()).pathname;
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto(`${address}/edit`);
  await other.getByLabel('拟预留比例(%)').fill('20');
  await other.getByRole('button', { name: '保存' }).click();
  await expect(other.getByText('修改已保存。')).toBeVisible();
  await page.getByLabel('联系人', { exact: true }).fill('李强');
  await page.getByRole('button', { name: '保存' }).click();
  const conflict = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
  await expect(conflict.getByRole('row', { name: /联系人 李强 王敏/ })).toBeVisible();
  await expect(conflict.getByRole('row', { name: /比例.* 15 20/ })).toBeVisible();
  await expect(page.getByLabel('联系人', { exact: true })).toHaveValue('李强');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await expect(page.locator('.trail-changes').first()).toContainText('王敏 → 李强');
});

test('without JavaScript: changing the year asks before it discards unsaved input', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await page.goto('/units/manage');
  await page.getByRole('link', { name: /^编辑/ }).first().click();
  const remark = page.getByLabel('备注');
  const year = page.getByRole('group', { name: '年度' }).getByRole('button').first();
  const other = (await year.textContent())!.trim();
  // Enter saves the form and does not change the year.
  await remark.fill('已经保存');
  await remark.press('Enter');
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await page.getByRole('link', { name: '编辑' }).click();
  await expect(remark).toHaveValue('已经保存');
  await remark.fill('尚未保存');
  await year.click();
  const question = page.getByRole('alert').filter({ hasText: '还没有保存' });
  await expect(question).toBeVisible();
  await expect(remark).toHaveValue('尚未保存');
  expect(decodeURIComponent(page.url())).not.toContain('尚未保存');
  await question.getByRole('link', { name: '放弃修改，换年度' }).click();
  await expect(page).toHaveURL(new RegExp(`year=${other}$`));
  await expect(remark).toHaveValue('已经保存');
  await year.click();
  await expect(question).toHaveCount(0);
});

test('without JavaScript: the address holds neither the login name nor the password after a failed sign-in', async ({ page }) => {
  await page.goto('/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await page.getByLabel('密码', { exact: true }).fill('not-the-password');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  expect(page.url()).not.toContain('not-the-password');
  expect(page.url()).not.toContain(DEPARTMENT.login);
  await expect(page.getByLabel('登录账号', { exact: true })).toHaveValue(DEPARTMENT.login);
});
