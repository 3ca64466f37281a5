import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose, generate, upload } from '../support/importing';
import { activate, signIn, readAccountSms, trySignIn } from '../support/people';
import { makeUnits, rowsOf, sheetWith, type Unit } from '../support/sheet';
import { test } from '../support/signed-in';
import { fillInUnit } from '../support/unit-form';

/** Units below the department. Each test that changes a unit takes one. One import creates all of them. */
let units: Unit[];
/** A unit with more subordinate units than the tree shows at once. */
let largeUnit: Unit;
let largeUnitChildren: Unit[];
/** Units with one subordinate unit each, of which one is moved and the other is merged. */
let moved: Unit;
let merged: Unit;
let belowMoved: Unit;
let belowMerged: Unit;

function takeUnit(): Unit {
  const unit = units.pop();
  if (!unit) throw new Error('make more units');
  return unit;
}

test.beforeAll(async ({ browser, signedIn }, info) => {
  test.setTimeout(180_000);
  units = makeUnits('管理', DEPARTMENT.name, 17);
  [largeUnit, moved, merged] = [takeUnit(), takeUnit(), takeUnit()];
  largeUnitChildren = makeUnits('下级', largeUnit.name, 53);
  [belowMoved, belowMerged] = [makeUnits('随迁', moved.name, 1)[0]!, makeUnits('随并', merged.name, 1)[0]!];
  const all = [...units, largeUnit, moved, merged, ...largeUnitChildren, belowMoved, belowMerged];
  const context = await browser.newContext({ ...info.project.use, storageState: signedIn });
  const page = await context.newPage();
  await choose(page, sheetWith('管理', all));
  await upload(page);
  await generate(page, all.length);
  await context.close();
});

/** Counts the clicks from 桌面 on. Each task of the manual must need at most four. */
class Clicks {
  private count = 0;

  async click(target: Locator): Promise<void> {
    this.count += 1;
    expect(this.count).toBeLessThanOrEqual(4);
    await target.click();
  }
}

/** From 桌面 to the unit's row in 预算单位管理. */
async function findUnit(page: Page, clicks: Clicks, name: string): Promise<Locator> {
  await page.goto('/');
  await clicks.click(page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '预算单位管理' }));
  await page.getByRole('searchbox').fill(name);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/[?&]q=/);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toHaveCount(1);
  return row;
}

/** Opens the unit's page and returns its path. */
async function openUnit(page: Page, name: string): Promise<string> {
  await page.goto(`/units/manage?q=${encodeURIComponent(name)}`);
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Chooses a unit in a combobox by keyboard alone. */
async function chooseUnit(page: Page, box: Locator, name: string): Promise<void> {
  await box.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(name.slice(2));
  const option = page.getByRole('option').filter({ hasText: name });
  await expect(option).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(option).toBeHidden();
  await expect(box).toHaveValue(name);
}

test('a unit can be added, and its superior can be chosen by keyboard alone', async ({ page }) => {
  const [superior, unit] = [takeUnit(), makeUnits('新增', DEPARTMENT.name, 1)[0]!];
  await page.goto('/units/new');
  await fillInUnit(page, unit);
  await chooseUnit(page, page.getByRole('combobox', { name: '上级预算单位' }), superior.name);
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByText('单位已新增，账号短信正在发送。')).toBeVisible();
  await expect(page.locator('ol.way').getByRole('link', { name: superior.name })).toBeVisible();
});

test('a ratio can be changed, and the history shows the old and the new ratio', async ({ page }) => {
  const unit = takeUnit();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.click(row.getByRole('link', { name: /^编辑/ }));
  await page.getByLabel('拟预留比例(%)').fill('120');
  await page.getByLabel('联系人', { exact: true }).focus();
  await expect(page.getByLabel('拟预留比例(%)')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('拟预留比例(%)').fill('20');
  await clicks.click(page.getByRole('button', { name: '保存' }));
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await expect(page.getByRole('cell', { name: '20%' })).toBeVisible();
  await expect(page.locator('.trail-changes').first()).toContainText('15 → 20');
});

test('changing the year asks before it discards unsaved input', async ({ page }) => {
  const unit = takeUnit();
  await page.goto(`${await openUnit(page, unit.name)}/edit`);
  const remark = page.getByLabel('备注');
  await remark.fill('尚未保存');
  const next = page.getByRole('group', { name: '年度' }).getByRole('button').first();
  const year = await next.textContent();
  await next.click();
  const question = page.getByRole('dialog', { name: '还没有保存' });
  await question.getByRole('button', { name: '继续填写' }).click();
  await expect(remark).toHaveValue('尚未保存');
  await next.click();
  await question.getByRole('link', { name: '放弃修改，换年度' }).click();
  await expect(page).toHaveURL(new RegExp(`year=${year}`));
  await expect(remark).toHaveValue('');
});

test('a wrong unit name can be corrected', async ({ page }) => {
  const unit = takeUnit();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.click(row.getByRole('link', { name: /^编辑/ }));
  const correctedName = `${unit.name}（更正）`;
  await page.getByLabel('预算单位名称', { exact: true }).fill(correctedName);
  await clicks.click(page.getByRole('button', { name: '保存' }));
  await expect(page.getByRole('heading', { level: 1, name: correctedName })).toBeVisible();
  await expect(page.getByText('曾用名')).toBeVisible();
});

test('the account SMS can be resent, but not too soon', async ({ page }) => {
  const unit = takeUnit();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.click(row.getByRole('link', { name: unit.name, exact: true }));
  await clicks.click(page.getByRole('button', { name: '重新发送账号短信' }));
  const done = page.getByText('账号短信正在重新发送。');
  await expect(done).toBeVisible();
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /请 \d+ 秒后再发/ })).toBeVisible();
  await expect(done).toBeHidden();
});

test('a forgotten password can be reset', async ({ page }) => {
  const unit = takeUnit();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.click(row.getByRole('link', { name: /^重置密码/ }));
  await page.getByLabel('您自己的登录密码').fill('wrong-password');
  await page.keyboard.press('Enter');
  await expect(page.getByText('您的密码不对，请重新输入')).toBeVisible();
  await page.getByLabel('您自己的登录密码').fill(DEPARTMENT.password);
  await clicks.click(page.getByRole('button', { name: '重置密码' }));
  await expect(page.getByText('密码已重置')).toBeVisible();
});

test('the selected units are exported and get a new SMS, and units whose SMS was sent recently are named', async ({ page }) => {
  await page.goto(`/units/manage?q=${encodeURIComponent('下级第')}`);
  const boxes = page.getByRole('checkbox', { name: /^选择下级第/ });
  // The count shows that the page's code handles the checkboxes.
  await expect(page.getByText('未选单位')).toBeVisible();
  for (const box of [0, 1]) await boxes.nth(box).check();
  await expect(page.getByText('已选 2 个')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出所选' }).click();
  const rows = rowsOf(readFileSync(await (await download).path()));
  expect(rows.filter((cells) => cells.some((cell) => cell.startsWith('下级第')))).toHaveLength(2);
  // The page asks first, because the passwords in earlier SMS become invalid.
  const resend = page.locator('summary', { hasText: '重新发送账号短信' });
  const send = page.getByRole('button', { name: '确认发送' });
  await resend.click();
  await expect(page.getByText('给选中的 2 个单位重新发送账号短信')).toContainText('以前短信里的密码作废');
  await send.click();
  await expect(page.getByText('已向 2 个单位重新发送账号短信。')).toBeVisible();
  await expect(send).toBeHidden();
  await boxes.first().uncheck();
  await resend.click();
  await send.click();
  await expect(page.getByText('1 个单位的短信没有发送')).toBeVisible();
  await expect(page.getByText(/下级第\d+号单位.*秒后再发/)).toBeVisible();
});

test("a checkbox that is checked before the page's code runs stays checked, and never passes to another row", async ({ page }) => {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`/units/manage?q=${encodeURIComponent('下级第')}`, { waitUntil: 'commit' });
  const boxes = page.getByRole('checkbox', { name: /^选择下级第/ });
  await boxes.nth(1).check();
  await expect(page.getByText('未选单位')).toHaveCount(0);
  release();
  await expect(page.getByText('已选 1 个')).toBeVisible();
  await expect(boxes.nth(1)).toBeChecked();

  const all = page.getByRole('checkbox', { name: '全选本页' });
  await all.check();
  await expect(page.getByText('已选 20 个')).toBeVisible();
  await boxes.first().uncheck();
  await expect(all).not.toBeChecked();
  await expect(page.getByText('已选 19 个')).toBeVisible();
  await page.getByRole('link', { name: '下一页' }).click();
  await expect(page).toHaveURL(/[?&]at=/);
  await expect(page.getByText('未选单位')).toBeVisible();
  await expect(boxes.nth(1)).not.toBeChecked();
});

test('the address holds the search of the page', async ({ page }) => {
  const unit = largeUnit;
  await findUnit(page, new Clicks(), unit.name);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
  await expect(page.getByRole('row').filter({ hasText: unit.name })).not.toHaveCount(0);
  await page.getByRole('link', { name: '清除条件' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
});

test('the tree loads subordinate units in steps', async ({ page }) => {
  await page.goto('/units/manage');
  const tree = page.getByRole('navigation', { name: '所属单位' });
  const open = tree.getByRole('button', { name: `展开：${largeUnit.name}` });
  // The department may have more subordinate units than the tree shows at once.
  await expect(async () => {
    if (!(await open.isVisible())) await tree.locator('.tree-more a').last().click({ timeout: 1_000 });
    await expect(open).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const link = page.getByRole('link', { name: largeUnit.name, exact: true });
  const branch = tree.getByRole('listitem').filter({ has: link }).last().getByRole('list').first();
  await open.click();
  await expect(branch.locator('> li:not(.tree-more)')).toHaveCount(50);
  await branch.getByRole('link', { name: '还有 3 个' }).click();
  await expect(branch.locator('> li')).toHaveCount(largeUnitChildren.length);
  await branch.getByRole('link', { name: largeUnitChildren[52]!.name }).click();
  await expect(page).toHaveURL(/[?&]below=\d+/);
  await expect(page.getByText(`${largeUnitChildren[52]!.name}及下级`)).toBeVisible();
});

test('a disabled account cannot sign in and sees the reason, and only its superior can change the unit', async ({
  page,
  browser,
  baseURL,
}) => {
  const unit = takeUnit();
  const { login, password } = await readAccountSms(page, unit.mobile);
  const context = await browser.newContext({ baseURL, locale: 'zh-CN', storageState: undefined });
  const unitPage = await context.newPage();
  const account = { name: unit.name, login, password: '青菜豆腐 8 里春风' };
  await signIn(unitPage, { ...account, password });
  await activate(unitPage, password, account.password);

  const address = await openUnit(page, unit.name);
  await unitPage.goto(`${address}/edit`);
  await expect(unitPage.getByText(`由上级单位修改，请联系“${DEPARTMENT.name}”。`)).toBeVisible();
  await unitPage.goto(address);
  await expect(unitPage.getByRole('button', { name: '停用账号' })).toHaveCount(0);

  await page.getByRole('button', { name: '停用账号' }).click();
  await expect(page.getByText('账号已停用。')).toBeVisible();
  await unitPage.goto('/');
  await expect(unitPage).toHaveURL(/\/signin/);
  await trySignIn(unitPage, login, account.password);
  await expect(unitPage.getByRole('alert')).toContainText('账号已停用，请联系上级单位。');

  await page.getByRole('button', { name: '启用账号' }).click();
  await expect(page.getByText('账号已启用。')).toBeVisible();
  await signIn(unitPage, account);
  await context.close();
});

test('an unused unit can be deleted', async ({ page }) => {
  const unit = takeUnit();
  await openUnit(page, unit.name);
  // A unit whose account was disabled before it was activated still counts as unused.
  await page.getByRole('button', { name: '停用账号' }).click();
  await expect(page.getByText('账号已停用。')).toBeVisible();
  await page.getByText('删除或合并').click();
  await page.locator('summary', { hasText: '删除单位' }).click();
  await expect(page.getByText(`删除“${unit.name}”？`)).toBeVisible();
  await page.getByRole('button', { name: '确认删除' }).click();
  await expect(page.getByText('单位已删除。')).toBeVisible();
  await page.getByRole('searchbox').fill(unit.name);
  await page.keyboard.press('Enter');
  await expect(page.getByText('没有符合条件的单位')).toBeVisible();
});

test('a unit can be merged into another: its subordinate units move, and a search for its name finds the other unit', async ({ page }) => {
  const mergeTarget = takeUnit();
  await openUnit(page, merged.name);
  await page.getByText('删除或合并').click();
  await expect(page.getByText('删除单位', { exact: true })).toHaveCount(0);
  await chooseUnit(page, page.getByRole('combobox', { name: '并入的单位' }), mergeTarget.name);
  await page.getByRole('button', { name: '合并', exact: true }).click();
  await expect(page.getByText('合并完成。')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: mergeTarget.name })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(merged.name);
  const row = await findUnit(page, new Clicks(), belowMerged.name);
  await expect(row).toContainText(mergeTarget.name);
  await page.goto(`/units/manage?q=${encodeURIComponent(merged.name)}`);
  await expect(page.getByRole('row').getByRole('link', { name: mergeTarget.name, exact: true })).toBeVisible();
});

test('a unit moves to another superior with its subordinate units, but not into its own subtree', async ({ page }) => {
  const superior = takeUnit();
  const address = await openUnit(page, moved.name);
  await page.goto(`${address}/edit`);
  const box = page.getByRole('combobox', { name: '上级预算单位' });
  await chooseUnit(page, box, belowMoved.name);
  await page.getByRole('button', { name: '保存' }).click();
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('不能选本单位或它的下级')).toBeVisible();
  await chooseUnit(page, box, superior.name);
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await openUnit(page, belowMoved.name);
  const way = page.locator('ol.way');
  await expect(way.getByRole('link', { name: superior.name })).toBeVisible();
  await expect(way.getByRole('link', { name: moved.name })).toBeVisible();
});

test('a button is clicked although the press shows an error above it', async ({ page }) => {
  const address = await openUnit(page, takeUnit().name);
  await page.goto(`${address}/edit`);
  await page.getByLabel('联系人', { exact: true }).fill('李强');
  await page.getByLabel('拟预留比例(%)').fill('两成');
  await expect(page.getByText('总额 × 比例 = ')).toHaveCount(0);
  const button = page.getByRole('button', { name: '保存' });
  await button.scrollIntoViewIfNeeded();
  const box = (await button.boundingBox())!;
  // The error that belongs below the field would move the button by more than its lower half.
  await page.mouse.move(box.x + 4, box.y + 4);
  await page.mouse.down();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.mouse.up();
  await expect(page.getByLabel('拟预留比例(%)')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('拟预留比例(%)')).toBeFocused();
});

test('an edit conflict shows both versions', async ({ page, context }) => {
  const unit = takeUnit();
  const address = await openUnit(page, unit.name);
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
  await page.getByLabel('拟预留比例(%)').fill('20');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await expect(page.locator('.trail-changes').first()).toContainText('王敏 → 李强');
});
