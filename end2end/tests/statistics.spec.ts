import { expect, test, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { DEPARTMENT, OPERATOR, OTHER_DEPARTMENT } from '../support/demo';
import { signIn } from '../support/people';
import { figure, open, reportRow as row } from '../support/reports';
import { saveScreenshot } from '../support/screenshot';
import { rowsOf } from '../support/sheet';

/** The names of the rows in their order. */
const names = (page: Page) => page.locator('.report-table tbody th').allInnerTexts();

test('a finance department reads what its units purchase, level by level, and exports it', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, OTHER_DEPARTMENT);

  await test.step('the desktop leads to the report', async () => {
    await open(page, '/');
    const card = page.getByRole('region', { name: '预留份额完成情况' });
    await expect(card).toContainText('%');
    await checkPage(page, 'desktop-completion');
    await card.getByRole('link', { name: '统计报表' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '采购执行情况表' })).toBeVisible();
  });

  await test.step('the rows make up the total, and the total is sum over sum', async () => {
    await open(page, '/statistics?amounts=yuan');
    const all = await names(page);
    expect(all).toContain('样例县河口镇人民政府');
    expect(all.at(-1)).toBe('合计');
    const rows = await Promise.all(all.map((name) => row(page, name)));
    for (const column of ['预留份额', '下单', '已支付', '已完成']) {
      const amounts = rows.map((of) => figure(of[column] ?? ''));
      const sum = amounts.slice(0, -1).reduce((a, b) => a + b, 0);
      expect(sum, column).toBeCloseTo(amounts.at(-1) ?? 0, 1);
    }
    const total = rows.at(-1)!;
    const rate = (figure(total['已完成']!) / figure(total['预留份额']!)) * 100;
    expect(figure(total['执行进度']!)).toBeCloseTo(rate, 0);
    // It has reserved and not purchased yet: nothing is 0 %, and it is the last of its siblings.
    const idle = await row(page, '样例县北岭乡人民政府');
    expect(idle).toMatchObject({ 已完成: '0.00', 执行进度: '0.0%', 差额: idle['预留份额'] });
    await expect(page.locator('.chart svg:visible')).toHaveCount(1);
    await expect(page.getByRole('img', { name: /采购执行情况表：已完成金额/ })).toBeVisible();
  });

  await test.step('heads sort, rows lead down, the way leads back', async () => {
    await page.getByRole('columnheader', { name: '下单' }).getByRole('link').click();
    await expect(page).toHaveURL(/sort=ordered&order=desc/);
    await expect(page.getByRole('columnheader', { name: '下单' })).toHaveAttribute('aria-sort', 'descending');
    const amounts = (await page.locator('.report-table tbody tr:not(.report-total) td:nth-child(3)').allInnerTexts()).map(figure);
    expect(amounts).toEqual([...amounts].sort((a, b) => b - a));
    await page.locator('.report-table').getByRole('link', { name: '样例县河口镇人民政府' }).click();
    await expect(page).toHaveURL(/unit=\d+/);
    await expect(page.locator('.page-lead')).toContainText('样例县河口镇人民政府');
    await page.getByRole('navigation', { name: '统计范围' }).getByRole('link', { name: '样例县财政局' }).click();
    await expect(page.locator('.page-lead')).toContainText('样例县财政局');
    await checkPage(page, 'report-execution');
  });

  await test.step('every figure of the share opens the list behind it', async () => {
    await open(page, '/statistics');
    await page.locator('.report-total').getByRole('link').first().click();
    await expect(page).toHaveURL(/\/plans\?year=\d+&below=\d+/);
  });

  await test.step('each table is shown', async () => {
    for (const [report, title] of [
      ['months', '每月采购趋势表'],
      ['categories', '产品类别统计表'],
      ['origins', '产地统计表'],
      ['purchaser-types', '采购人类型统计表'],
      ['payers', '付款来源统计表'],
      ['unions', '工会采购情况表'],
      ['shares', '预留份额汇总表'],
      ['filing', '预留份额填报情况表'],
      ['accounts', '账号开通及激活情况表'],
    ] as const) {
      await open(page, `/statistics/${report}`);
      await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
      await checkPage(page, `report-${report}`);
    }
    await open(page, '/statistics/no-such-table');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('这里没有内容');
  });

  await test.step('last year is a whole year', async () => {
    await open(page, '/statistics/months');
    const before = figure((await row(page, '合计'))['上年累计']!);
    await page.getByRole('navigation', { name: '选择年度' }).getByRole('link').last().click();
    await expect(page).toHaveURL(/until=\d{4}-12-31/);
    await expect(page.locator('.page-lead')).toContainText('12 月 31 日');
    await page.waitForLoadState('networkidle');
    const then = figure((await row(page, '合计'))['累计完成']!);
    expect(then).toBeGreaterThan(0);
    expect(then).toBe(before);
  });

  await test.step('the sheet has the same figures as numbers', async () => {
    await open(page, '/statistics?amounts=yuan');
    const shown = figure((await row(page, '合计'))['已完成']!);
    const downloaded = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出 .xlsx' }).click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toMatch(/^采购执行情况表-\d{4}-\d\d-\d\d\.xlsx$/);
    const rows = rowsOf(await download.path());
    const text = rows.map((cells) => cells.join('|')).join('\n');
    expect(text).toContain('样例县财政局采购执行情况表');
    expect(text).toContain(`导出人|样例县财政局 ${OTHER_DEPARTMENT.login}`);
    const total = rows.find((cells) => cells[0] === '合计')!;
    expect(figure(total[4]!)).toBeCloseTo(shown, 1);
  });

  await test.step('paper has the table and no menus', async () => {
    await open(page, '/statistics');
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 718, height: 1000 });
    await expect(page.locator('.report-conditions')).toBeHidden();
    await expect(page.getByRole('navigation', { name: '菜单' })).toBeHidden();
    await expect(page.locator('.report-table')).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await saveScreenshot(page, 'report-print');
    await page.emulateMedia({ media: 'screen' });
  });
});

test('the figures of a sibling are reached by no parameter, and the operator sees both', async ({ page, browser }) => {
  await signIn(page, OTHER_DEPARTMENT);
  await open(page, '/statistics');
  await page.locator('.report-table').getByRole('link', { name: '样例县河口镇人民政府' }).click();
  await expect(page).toHaveURL(/unit=\d+/);
  const unit = new URL(page.url()).searchParams.get('unit');

  const sibling = await (await browser.newContext()).newPage();
  await signIn(sibling, DEPARTMENT);
  for (const address of [`/statistics?unit=${unit}`, `/statistics/months?unit=${unit}`, `/statistics/accounts?unit=${unit}`]) {
    const answer = await sibling.goto(address);
    expect(answer?.status()).toBe(404);
    await expect(sibling.locator('main')).not.toContainText('样例县');
  }
  expect((await sibling.request.get(`/statistics/execution.xlsx?unit=${unit}`)).status()).toBe(404);
  await open(sibling, '/statistics?amounts=yuan');
  expect((await row(sibling, '合计'))['下单']).toBe('0.00');

  const operator = await (await browser.newContext()).newPage();
  await signIn(operator, OPERATOR);
  await open(operator, `/statistics?unit=${unit}`);
  await expect(operator.locator('.page-lead')).toContainText('样例县河口镇人民政府');
  await operator.getByRole('navigation', { name: '统计范围' }).getByRole('link', { name: '全国' }).click();
  await expect(operator.locator('.page-lead')).toContainText('全国');
  expect(figure((await row(operator, '合计'))['下单']!)).toBeGreaterThan(0);
});

test('a report is read and filtered without JavaScript', async ({ page, browser }) => {
  await signIn(page, OTHER_DEPARTMENT);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto('/statistics');
  await expect(plain.locator('.report-table')).toBeVisible();
  await plain.getByLabel('付款来源').selectOption('union');
  await plain.getByRole('button', { name: '查看' }).click();
  await expect(plain).toHaveURL(/payer=union/);
  // The share is for all payers together.
  await expect(plain.getByRole('columnheader', { name: '预留份额' })).toHaveCount(0);
  expect(figure((await row(plain, '合计'))['已完成']!)).toBeGreaterThan(0);
});
