import { randomBytes } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { DEPARTMENT, OPERATOR, OTHER_DEPARTMENT } from '../support/demo';
import { issueKey, openKeys, order, outcomes, send, sign } from '../support/orders';
import { readAccountSms, signIn } from '../support/people';
import { approvePlan, confirmPlans, findPlan, newUnit, returnPlan } from '../support/plans';
import { open, reportRow } from '../support/reports';
import { creditCode, rowsOf } from '../support/sheet';

/** The unit whose report is open. */
const unitOf = (page: Page): string => new URL(page.url()).searchParams.get('unit') ?? '';

test('from the minimum to the report: a plan is filed and confirmed, and an order counts for all superiors until it is refunded', async ({
  browser,
  request,
}) => {
  test.setTimeout(420_000);
  const newPage = async () => (await browser.newContext()).newPage();
  const [department, superior, page, operator] = [await newPage(), await newPage(), await newPage(), await newPage()];
  await signIn(department, OTHER_DEPARTMENT);
  const competent = await newUnit(department, OTHER_DEPARTMENT.name, superior, '主管');
  const unit = await newUnit(superior, competent.name, page, '基层');
  const about = randomBytes(4).toString('hex');

  await test.step('the finance department sets the minimum', async () => {
    await open(department, '/plan/parameters');
    const minimum = department.getByRole('group', { name: '最低比例（%）' });
    await minimum.getByLabel('最低比例（%）').fill('12');
    await minimum.getByLabel('依据').fill('样财采〔2026〕1号');
    await department.getByRole('button', { name: '保存' }).click();
    await expect(department.getByText('参数已保存。')).toBeVisible();
  });

  await test.step('the unit files by this minimum, is returned, and files again', async () => {
    await open(page, '/plan');
    await page.getByRole('radio', { name: '自有食堂' }).check();
    await page.getByLabel('年度食堂食材采购总额（元）').fill('420000');
    await page.getByLabel('拟预留比例（%）').fill('11');
    await page.getByRole('group', { name: '有工会采购需求' }).getByRole('radio', { name: '无' }).check();
    await page.getByRole('button', { name: '报送', exact: true }).click();
    await expect(page.getByText('低于最低比例 12%（样例县财政局）')).toBeVisible();
    await page.getByLabel('拟预留比例（%）').fill('12');
    await page.getByRole('button', { name: '报送', exact: true }).click();
    await expect(page.getByText('已报送，等待上级审核。')).toBeVisible();
    await returnPlan(superior, unit, '总额偏少，请核对');
    await open(page, '/plan');
    await page.getByLabel('年度食堂食材采购总额（元）').fill('700000');
    await page.getByRole('button', { name: '重新报送' }).click();
    await expect(page.getByText('已报送，等待上级审核。')).toBeVisible();
  });

  await test.step('its superior approves and confirms', async () => {
    await (await findPlan(superior, unit)).getByRole('link', { name: unit.name }).click();
    await approvePlan(superior);
    await confirmPlans(superior);
  });

  const login = await test.step('the unit adds a purchaser', async () => {
    await open(page, '/purchasers/new');
    const field = (name: string) => page.locator(`[name="form[${name}]"]`);
    const mobile = `13900${unit.mobile.slice(5)}`;
    await field('name').fill(`${unit.name}食堂`);
    await field('code').fill(creditCode(`12320106M${unit.code.slice(9, 17)}`));
    await field('kind').selectOption('食堂承包方');
    await field('contact').fill('王敏');
    await field('mobile').fill(mobile);
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page).toHaveURL(/\/purchasers\/\d+/);
    return (await readAccountSms(page, mobile, 'JY')).login;
  });

  const number = `LT-${about}`;
  await signIn(operator, OPERATOR);
  await openKeys(operator);
  const key = await issueKey(operator, `链路${about}`);
  const receive = async (sent: object) => {
    const body = JSON.stringify([sent]);
    return outcomes(await send(request, body, sign(key, body)));
  };

  await test.step('an order of its purchaser counts for the unit, its superior and the finance department', async () => {
    expect(await receive(order(number, login))).toEqual(['added']);
    await open(superior, '/statistics?amounts=yuan');
    // 700,000.00 yuan, of which 12 % are reserved.
    expect(await reportRow(superior, unit.name)).toMatchObject({
      预留份额: '84,000.00',
      下单: '1,400.00',
      已支付: '1,400.00',
      已完成: '1,400.00',
      执行进度: '1.7%',
    });
    await expect(superior.locator('.chart svg:visible')).toContainText(unit.name.slice(0, 4));
    const downloaded = superior.waitForEvent('download');
    await superior.getByRole('link', { name: '导出 .xlsx' }).click();
    const exported = rowsOf(await (await downloaded).path());
    const row = exported.find((cells) => cells[0] === unit.name);
    expect(row?.map((cell) => cell.replaceAll(',', ''))).toContain('1400.00');
    await open(superior, '/');
    await expect(superior.getByRole('region', { name: '预留份额完成情况' })).toContainText('0.14');
    await open(department, '/statistics?amounts=yuan');
    expect(await reportRow(department, competent.name)).toMatchObject({ 下单: '1,400.00', 已完成: '1,400.00' });
  });

  await test.step('a sibling does not see it', async () => {
    await department.locator('.report-table').getByRole('link', { name: competent.name }).click();
    await expect(department).toHaveURL(/unit=\d+/);
    const sibling = await newPage();
    await signIn(sibling, DEPARTMENT);
    expect((await sibling.goto(`/statistics?unit=${unitOf(department)}`))?.status()).toBe(404);
    await open(sibling, '/statistics?amounts=yuan');
    await expect(sibling.locator('.report-table')).not.toContainText(competent.name);
  });

  await test.step('a refund takes it back', async () => {
    const refunds = [{ at: Date.now(), amount: 140_000 }];
    expect(await receive(order(number, login, { revision: 2, refunds }))).toEqual(['revised']);
    await open(superior, '/statistics?amounts=yuan');
    expect(await reportRow(superior, unit.name)).toMatchObject({ 下单: '0.00', 已完成: '0.00', 执行进度: '0.0%' });
    await open(department, '/statistics?amounts=yuan');
    expect(await reportRow(department, competent.name)).toMatchObject({ 下单: '0.00', 已完成: '0.00' });
  });
});
