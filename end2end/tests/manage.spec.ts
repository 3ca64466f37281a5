import { expect, test, type Locator, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { signIn } from '../support/people';
import { newUnits, rowsOf, type Unit } from '../support/sheet';
import { readFileSync } from 'node:fs';

/** Adds a unit by the form (新增). */
async function addUnit(page: Page, about: string): Promise<Unit> {
  const [unit] = newUnits(about, DEPARTMENT.name, 1).units;
  if (!unit) throw new Error('no unit');
  await page.goto('/units/new');
  await page.getByLabel('预算单位名称').fill(unit.name);
  await page.getByLabel('统一信用代码').fill(unit.code);
  await page.getByLabel('行政级次').selectOption('县级');
  await page.getByLabel('预算级次').selectOption('二级预算单位');
  await page.getByLabel('年度农副产品采购总额(万元)').fill('120.5');
  await page.getByLabel('拟预留比例(%)').fill('15');
  await page.getByLabel('联系人', { exact: true }).fill('王敏');
  await page.getByLabel('联系人手机号码').fill(unit.mobile);
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByText('单位已新增，账号短信正在发送。')).toBeVisible();
  return unit;
}

/** Clicks from 桌面 on, counted: the manual's questions must be answered in four. */
class Clicks {
  private count = 0;

  async on(target: Locator): Promise<void> {
    this.count += 1;
    expect(this.count).toBeLessThanOrEqual(4);
    await target.click();
  }
}

/** From 桌面 to the unit's row in 预算单位管理. */
async function findUnit(page: Page, clicks: Clicks, name: string): Promise<Locator> {
  await page.goto('/');
  await clicks.on(page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '预算单位管理' }));
  await page.getByRole('searchbox').fill(name);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toHaveCount(1);
  return row;
}

test.beforeEach(async ({ page }) => {
  await signIn(page, DEPARTMENT);
});

test('change a ratio', async ({ page }) => {
  const unit = await addUnit(page, '改比例');
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: /^编辑/ }));
  await page.getByLabel('拟预留比例(%)').fill('120');
  await page.getByLabel('联系人', { exact: true }).focus();
  await expect(page.getByLabel('拟预留比例(%)')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('拟预留比例(%)').fill('20');
  await clicks.on(page.getByRole('button', { name: '保存' }));
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await expect(page.getByRole('cell', { name: '20%' })).toBeVisible();
  await expect(page.locator('.trail-changes').first()).toContainText('15 → 20');
});

test('mend a wrong unit name', async ({ page }) => {
  const unit = await addUnit(page, '错名');
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: /^编辑/ }));
  const mended = `${unit.name}（更正）`;
  await page.getByLabel('预算单位名称').fill(mended);
  await clicks.on(page.getByRole('button', { name: '保存' }));
  await expect(page.getByRole('heading', { level: 1, name: mended })).toBeVisible();
  await expect(page.getByText('曾用名')).toBeVisible();
});

test('resend an SMS that was deleted, and hear when it is too soon', async ({ page }) => {
  const unit = await addUnit(page, '补短信');
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: unit.name, exact: true }));
  await clicks.on(page.getByRole('button', { name: '重新发送账号短信' }));
  await expect(page.getByText('账号短信正在重新发送。')).toBeVisible();
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '秒' })).toBeVisible();
});

test('reset a forgotten password', async ({ page }) => {
  const unit = await addUnit(page, '忘密码');
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: /^重置密码/ }));
  await page.getByLabel('您自己的登录密码').fill('wrong-password');
  await page.keyboard.press('Enter');
  await expect(page.getByText('您的密码不对，请重新输入')).toBeVisible();
  await page.getByLabel('您自己的登录密码').fill(DEPARTMENT.password);
  await clicks.on(page.getByRole('button', { name: '重置密码' }));
  await expect(page.getByText('密码已重置')).toBeVisible();
});

test('what is ticked is sent again and exported', async ({ page }) => {
  const unit = await addUnit(page, '批量');
  const row = await findUnit(page, new Clicks(), unit.name);
  await row.getByRole('checkbox').check();
  await expect(page.getByText('已选 1 个')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出所选' }).click();
  const rows = rowsOf(readFileSync(await (await download).path()));
  expect(rows.filter((cells) => cells.includes(unit.name))).toHaveLength(1);
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByText('已向 1 个单位重新发送账号短信。')).toBeVisible();
});

test('the state of the page is in its address', async ({ page }) => {
  const unit = await addUnit(page, '网址');
  await findUnit(page, new Clicks(), unit.name);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
  await expect(page.getByRole('row').filter({ hasText: unit.name })).toHaveCount(1);
  await page.getByRole('link', { name: '清除条件' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
});
