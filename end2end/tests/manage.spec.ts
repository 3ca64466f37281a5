import { readFileSync } from 'node:fs';
import { expect, type Locator, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose, generate, upload } from '../support/importing';
import { activate, signIn, smsTo, trySignIn } from '../support/people';
import { makeUnits, rowsOf, sheetWith, type Unit } from '../support/sheet';
import { test } from '../support/signed-in';

/** Units below the department, one for each test that changes some; made by one import. */
let units: Unit[];
/** A unit with more below it than the tree shows at once. */
let crowded: Unit;
let crowd: Unit[];
/** A unit with one below it, and another such pair. */
let moved: Unit;
let merged: Unit;
let belowMoved: Unit;
let belowMerged: Unit;

function take(): Unit {
  const unit = units.pop();
  if (!unit) throw new Error('make more units');
  return unit;
}

test.beforeAll(async ({ browser, signedIn }, info) => {
  test.setTimeout(180_000);
  units = makeUnits('管理', DEPARTMENT.name, 16);
  [crowded, moved, merged] = [take(), take(), take()];
  crowd = makeUnits('下级', crowded.name, 53);
  [belowMoved, belowMerged] = [makeUnits('随迁', moved.name, 1)[0]!, makeUnits('随并', merged.name, 1)[0]!];
  const all = [...units, crowded, moved, merged, ...crowd, belowMoved, belowMerged];
  const context = await browser.newContext({ ...info.project.use, storageState: signedIn });
  const page = await context.newPage();
  await choose(page, sheetWith('管理', all));
  await upload(page);
  await generate(page, all.length);
  await context.close();
});

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

/** Opens the unit's page; answers its address. */
async function openUnit(page: Page, name: string): Promise<string> {
  await page.goto(`/units/manage?q=${encodeURIComponent(name)}`);
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Chooses a unit in a combobox, by keyboard alone. */
async function pick(page: Page, box: Locator, name: string): Promise<void> {
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

test('add a unit, its superior chosen by keyboard alone', async ({ page }) => {
  const [superior, unit] = [take(), makeUnits('新增', DEPARTMENT.name, 1)[0]!];
  await page.goto('/units/new');
  await page.getByLabel('预算单位名称', { exact: true }).fill(unit.name);
  await page.getByLabel('统一信用代码').fill(unit.code);
  await pick(page, page.getByRole('combobox', { name: '上级预算单位' }), superior.name);
  await page.getByLabel('行政级次').selectOption('县级');
  await page.getByLabel('预算级次').selectOption('二级预算单位');
  await page.getByLabel('年度农副产品采购总额(万元)').fill('120.5');
  await page.getByLabel('拟预留比例(%)').fill('15');
  await page.getByLabel('联系人', { exact: true }).fill('王敏');
  await page.getByLabel('联系人手机号码').fill(unit.mobile);
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByText('单位已新增，账号短信正在发送。')).toBeVisible();
  await expect(page.locator('ol.way').getByRole('link', { name: superior.name })).toBeVisible();
});

test('change a ratio, and see it from before to after', async ({ page }) => {
  const unit = take();
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

test('another year does not drop what was typed', async ({ page }) => {
  const unit = take();
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

test('mend a wrong unit name', async ({ page }) => {
  const unit = take();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: /^编辑/ }));
  const mended = `${unit.name}（更正）`;
  await page.getByLabel('预算单位名称', { exact: true }).fill(mended);
  await clicks.on(page.getByRole('button', { name: '保存' }));
  await expect(page.getByRole('heading', { level: 1, name: mended })).toBeVisible();
  await expect(page.getByText('曾用名')).toBeVisible();
});

test('resend an SMS that was deleted, and hear when it is too soon', async ({ page }) => {
  const unit = take();
  const clicks = new Clicks();
  const row = await findUnit(page, clicks, unit.name);
  await clicks.on(row.getByRole('link', { name: unit.name, exact: true }));
  await clicks.on(page.getByRole('button', { name: '重新发送账号短信' }));
  const done = page.getByText('账号短信正在重新发送。');
  await expect(done).toBeVisible();
  await page.getByRole('button', { name: '重新发送账号短信' }).click();
  await expect(page.getByRole('alert').filter({ hasText: /请 \d+ 秒后再发/ })).toBeVisible();
  await expect(done).toBeHidden();
});

test('reset a forgotten password', async ({ page }) => {
  const unit = take();
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

test('what is ticked is exported and sent again, and what was sent a moment ago is told', async ({ page }) => {
  await page.goto(`/units/manage?q=${encodeURIComponent('下级第')}`);
  const boxes = page.getByRole('checkbox', { name: /^选择下级第/ });
  // Boxes are the page's once it counts them.
  await expect(page.getByText('未选单位')).toBeVisible();
  for (const box of [0, 1]) await boxes.nth(box).check();
  await expect(page.getByText('已选 2 个')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出所选' }).click();
  const rows = rowsOf(readFileSync(await (await download).path()));
  expect(rows.filter((cells) => cells.some((cell) => cell.startsWith('下级第')))).toHaveLength(2);
  // It asks first: the passwords of the SMS before go void.
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

test("what is ticked before the page's code is there stays ticked, and no other row takes it over", async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
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

test('the state of the page is in its address', async ({ page }) => {
  const unit = crowded;
  await findUnit(page, new Clicks(), unit.name);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
  await expect(page.getByRole('row').filter({ hasText: unit.name })).not.toHaveCount(0);
  await page.getByRole('link', { name: '清除条件' }).click();
  await expect(page.getByRole('searchbox')).toHaveValue('');
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue(unit.name);
});

test('the tree adds the units below one step by step', async ({ page }) => {
  await page.goto('/units/manage');
  const tree = page.getByRole('navigation', { name: '所属单位' });
  const open = tree.getByRole('button', { name: `展开：${crowded.name}` });
  // The department has many below it itself.
  await expect(async () => {
    if (!(await open.isVisible())) await tree.locator('.tree-more a').last().click({ timeout: 1_000 });
    await expect(open).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const link = page.getByRole('link', { name: crowded.name, exact: true });
  const branch = tree.getByRole('listitem').filter({ has: link }).last().getByRole('list').first();
  await open.click();
  await expect(branch.locator('> li:not(.tree-more)')).toHaveCount(50);
  await branch.getByRole('link', { name: '还有 3 个' }).click();
  await expect(branch.locator('> li')).toHaveCount(crowd.length);
  await branch.getByRole('link', { name: crowd[52]!.name }).click();
  await expect(page).toHaveURL(/[?&]below=\d+/);
  await expect(page.getByText(`${crowd[52]!.name}及下级`)).toBeVisible();
});

test('a disabled account cannot sign in and is told why; what is its own, its superior changes', async ({
  page,
  browser,
  baseURL,
}) => {
  const unit = take();
  const { login, password } = await smsTo(page, unit.mobile);
  const context = await browser.newContext({ baseURL, locale: 'zh-CN', storageState: undefined });
  const theirs = await context.newPage();
  const account = { name: unit.name, login, password: '青菜豆腐 8 里春风' };
  await signIn(theirs, { ...account, password });
  await activate(theirs, password, account.password);

  const address = await openUnit(page, unit.name);
  await theirs.goto(`${address}/edit`);
  await expect(theirs.getByText(`由上级单位修改，请联系“${DEPARTMENT.name}”。`)).toBeVisible();
  await theirs.goto(address);
  await expect(theirs.getByRole('button', { name: '停用账号' })).toHaveCount(0);

  await page.getByRole('button', { name: '停用账号' }).click();
  await expect(page.getByText('账号已停用。')).toBeVisible();
  await theirs.goto('/');
  await expect(theirs).toHaveURL(/\/signin/);
  await trySignIn(theirs, login, account.password);
  await expect(theirs.getByRole('alert')).toContainText('账号已停用，请联系上级单位。');

  await page.getByRole('button', { name: '启用账号' }).click();
  await expect(page.getByText('账号已启用。')).toBeVisible();
  await signIn(theirs, account);
  await context.close();
});

test('a unit that nobody used is deleted', async ({ page }) => {
  const unit = take();
  await openUnit(page, unit.name);
  // Disabled before it was ever activated, it is as unused as before.
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

test('a dissolved unit is merged: what stood below it follows, and its old name still finds it', async ({ page }) => {
  const heir = take();
  await openUnit(page, merged.name);
  await page.getByText('删除或合并').click();
  await expect(page.getByText('删除单位', { exact: true })).toHaveCount(0);
  await pick(page, page.getByRole('combobox', { name: '并入的单位' }), heir.name);
  await page.getByRole('button', { name: '合并', exact: true }).click();
  await expect(page.getByText('合并完成。')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: heir.name })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(merged.name);
  const row = await findUnit(page, new Clicks(), belowMerged.name);
  await expect(row).toContainText(heir.name);
  await page.goto(`/units/manage?q=${encodeURIComponent(merged.name)}`);
  await expect(page.getByRole('row').getByRole('link', { name: heir.name, exact: true })).toBeVisible();
});

test('a unit moves to another superior with all below it, never into itself', async ({ page }) => {
  const superior = take();
  const address = await openUnit(page, moved.name);
  await page.goto(`${address}/edit`);
  const box = page.getByRole('combobox', { name: '上级预算单位' });
  await pick(page, box, belowMoved.name);
  await page.getByRole('button', { name: '保存' }).click();
  await expect(box).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('不能选本单位或它的下级')).toBeVisible();
  await pick(page, box, superior.name);
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await openUnit(page, belowMoved.name);
  const way = page.locator('ol.way');
  await expect(way.getByRole('link', { name: superior.name })).toBeVisible();
  await expect(way.getByRole('link', { name: moved.name })).toBeVisible();
});

test('who edits what somebody else has changed sees both versions', async ({ page, context }) => {
  const unit = take();
  const address = await openUnit(page, unit.name);
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto(`${address}/edit`);
  await other.getByLabel('拟预留比例(%)').fill('20');
  await other.getByRole('button', { name: '保存' }).click();
  await expect(other.getByText('修改已保存。')).toBeVisible();

  await page.getByLabel('联系人', { exact: true }).fill('李强');
  await page.getByRole('button', { name: '保存' }).click();
  const both = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
  await expect(both.getByRole('row', { name: /联系人 李强 王敏/ })).toBeVisible();
  await expect(both.getByRole('row', { name: /比例.* 15 20/ })).toBeVisible();
  await page.getByLabel('拟预留比例(%)').fill('20');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('修改已保存。')).toBeVisible();
  await expect(page.locator('.trail-changes').first()).toContainText('王敏 → 李强');
});
