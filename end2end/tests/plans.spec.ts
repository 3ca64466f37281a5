import { expect, test } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { DEPARTMENT, OPERATOR } from '../support/demo';
import { signIn } from '../support/people';
import { approvePlan, confirmPlans, findPlan, newUnit, returnPlan } from '../support/plans';
import { saveScreenshot } from '../support/screenshot';

test('a plan is filed under the minimum, filed well, returned, filed again, approved and confirmed', async ({ page, browser }) => {
  test.setTimeout(300_000);
  const department = await (await browser.newContext()).newPage();
  await signIn(department, DEPARTMENT);
  const unit = await newUnit(department, DEPARTMENT.name, page, '填报');

  await test.step('the finance department sets the minimum with its source', async () => {
    await department.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '填报参数' }).click();
    await expect(department.getByRole('heading', { level: 1, name: '填报参数' })).toBeVisible();
    await department.waitForLoadState('networkidle');
    const minimum = department.getByRole('group', { name: '最低比例（%）' });
    await minimum.getByLabel('最低比例（%）').fill('8');
    await minimum.getByLabel('依据').fill('示财采〔2026〕3号');
    await department.getByRole('button', { name: '保存' }).click();
    await expect(minimum).toContainText('不能比上级宽松：上级的规定是 10%（全国规定）');
    await minimum.getByLabel('最低比例（%）').fill('15');
    await department.getByRole('button', { name: '保存' }).click();
    await expect(department.getByText('参数已保存。')).toBeVisible();
    await expect(department.getByRole('row').filter({ hasText: '最低比例' })).toContainText('示例县财政局 示财采〔2026〕3号');
    await checkPage(department, 'plan-parameters');
  });

  await test.step('the unit is told that its ratio is below the minimum, and its draft is kept', async () => {
    await page.goto('/');
    await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '预留份额填报' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '年度预留份额填报' })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await checkPage(page, 'plan-new');
    await page.getByRole('radio', { name: '自有食堂' }).check();
    await page.getByLabel('年度食堂食材采购总额（元）').fill('420000');
    await page.getByLabel('拟预留比例（%）').fill('12');
    await page.getByLabel('拟预留比例（%）').blur();
    await expect(page.getByText('低于最低比例 15%（示例县财政局）')).toBeVisible();
    await expect(page.locator('output')).toHaveText('50,400.00');
    await page.getByRole('group', { name: '有工会采购需求' }).getByRole('radio', { name: '无' }).check();
    await page.getByRole('button', { name: '报送', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('还没有报送，已保存为草稿');
    await expect(page.getByLabel('拟预留比例（%）')).toHaveAttribute('aria-invalid', 'true');
    await checkPage(page, 'plan-errors');
    await page.getByLabel('拟预留比例（%）').fill('15');
    await page.getByRole('button', { name: '报送', exact: true }).click();
    await expect(page.getByText('已报送，等待上级审核。')).toBeVisible();
    await checkPage(page, 'plan-submitted');
  });

  await test.step('the department returns it with a reason', async () => {
    await findPlan(department, unit);
    await checkPage(department, 'plans-review');
    await department.setViewportSize({ width: 1366, height: 768 });
    await returnPlan(department, unit, '总额比上年少一半，请核对');
    await expect(await findPlan(department, unit)).toContainText('退回');
  });

  await test.step('the unit sees why and files again', async () => {
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.goto('/plan');
    await page.waitForLoadState('networkidle');
    await expect(page.getByText('示例县财政局退回：总额比上年少一半，请核对')).toBeVisible();
    await checkPage(page, 'plan-returned');
    await page.getByLabel('年度食堂食材采购总额（元）').fill('856300');
    await page.getByRole('button', { name: '重新报送' }).click();
    await expect(page.getByText('已报送，等待上级审核。')).toBeVisible();
  });

  await test.step('the department compares the versions and approves', async () => {
    const row = await findPlan(department, unit);
    await row.getByRole('link', { name: unit.name }).click();
    await expect(department.getByRole('heading', { name: '两个版本的差别' })).toBeVisible();
    const changed = department.getByRole('row').filter({ hasText: '年度食堂食材采购总额' }).last();
    await expect(changed).toContainText('420,000.00');
    await expect(changed).toContainText('856,300.00');
    await checkPage(department, 'plan-of-unit');
    await approvePlan(department);
  });

  await test.step('the department confirms the summary, and the unit can only ask for a change', async () => {
    await department.setViewportSize({ width: 1366, height: 768 });
    await confirmPlans(department);
    await checkPage(department, 'plans-confirmed');
    await page.goto('/plan');
    await page.waitForLoadState('networkidle');
    await expect(page.getByLabel('年度食堂食材采购总额（元）')).toHaveCount(0);
    await page.getByLabel('原因').fill('用餐人数增加');
    await page.getByRole('button', { name: '申请变更' }).click();
    await expect(page.getByText('变更申请已提交，等待上级答复。')).toBeVisible();
    await checkPage(page, 'plan-change-requested');
  });
});

test('the operator reads the plans and decides nothing', async ({ page }) => {
  await signIn(page, OPERATOR);
  await page.goto('/plans');
  await expect(page.getByRole('heading', { level: 1, name: '预留份额审核' })).toBeVisible();
  await expect(page.getByRole('heading', { name: '确认汇总' })).toHaveCount(0);
  await saveScreenshot(page, 'plans-operator');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a plan without a canteen is filed by one press', async ({ page, browser }) => {
    test.setTimeout(180_000);
    const department = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
    await signIn(department, DEPARTMENT);
    const unitPage = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
    await newUnit(department, DEPARTMENT.name, unitPage, '零填报');
    await page.context().addCookies(await unitPage.context().cookies());
    await page.goto('/plan');
    await page.locator('summary').filter({ hasText: '没有食堂，零填报' }).click();
    await page.getByRole('button', { name: '确认零填报' }).click();
    await expect(page.getByText('已报送，等待上级审核。')).toBeVisible();
    await expect(page.getByText('无食堂', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: '撤回修改' }).click();
    await expect(page.getByText('已撤回，可以修改后重新报送。')).toBeVisible();
    // A form with mistakes is kept as it was typed.
    await page.getByRole('radio', { name: '自有食堂' }).check();
    await page.getByLabel('年度食堂食材采购总额（元）').fill('四十二万');
    await page.getByLabel('拟预留比例（%）').fill('15');
    await page.getByRole('button', { name: '报送', exact: true }).click();
    await expect(page.getByText('还没有报送，已保存为草稿')).toBeVisible();
    await expect(page.getByLabel('年度食堂食材采购总额（元）')).toHaveValue('四十二万');
    await saveScreenshot(page, 'plan-without-javascript');
  });

  test('parameters that are looser than above are told with their rule and kept', async ({ page }) => {
    await signIn(page, DEPARTMENT);
    await page.goto('/plan/parameters');
    const minimum = page.getByRole('group', { name: '最低比例（%）' });
    await minimum.getByLabel('最低比例（%）').fill('8');
    await minimum.getByLabel('依据').fill('示财采〔2026〕4号');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(minimum).toContainText('不能比上级宽松：上级的规定是 10%（全国规定）');
    await expect(minimum.getByLabel('最低比例（%）')).toHaveValue('8');
    await saveScreenshot(page, 'plan-parameters-without-javascript');
  });
});
