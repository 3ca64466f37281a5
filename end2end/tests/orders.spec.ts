import { randomBytes } from 'node:crypto';
import { expect, test, type APIResponse, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { CERTIFIED_PURCHASER, OPERATOR } from '../support/demo';
import { issueKey, openKeys, order, outcomes, send, sign } from '../support/orders';
import { signIn } from '../support/people';

async function code(response: APIResponse): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

async function signInAtPortal(page: Page): Promise<void> {
  await page.goto('/trade/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(CERTIFIED_PURCHASER.login);
  await page.getByLabel('密码', { exact: true }).fill(CERTIFIED_PURCHASER.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).toHaveURL(/\/trade(?!\/signin)/);
}

test('an order comes by the interface, and its purchaser follows it', async ({ page, browser, request }) => {
  test.setTimeout(240_000);
  const operator = await (await browser.newContext()).newPage();
  await signIn(operator, OPERATOR);
  const about = randomBytes(4).toString('hex');
  const number = `XS-${about}`;
  await openKeys(operator);
  await operator.getByRole('button', { name: '签发' }).click();
  await expect(operator.getByText('请填写名称')).toBeVisible();
  const key = await issueKey(operator, `平台${about}`);
  const { login } = CERTIFIED_PURCHASER;

  await test.step('the order is received once', async () => {
    const body = JSON.stringify([order(number, login), { number: 5 }]);
    const authorization = sign(key, body);
    expect(await outcomes(await send(request, body, authorization))).toEqual(['added', 'refused']);
    const replayed = await send(request, body, authorization);
    expect([replayed.status(), await code(replayed)]).toEqual([409, 'replayed']);
    expect(await outcomes(await send(request, body, sign(key, body)))).toEqual(['unchanged', 'refused']);
    const tampered = await send(request, body.replace('union', 'canteen'), sign(key, body));
    expect([tampered.status(), await code(tampered)]).toEqual([401, 'not-signed']);
  });

  await test.step('the purchaser sees it', async () => {
    await signInAtPortal(page);
    await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '我的订单' }).click();
    const row = page.getByRole('row').filter({ hasText: number });
    await expect(row).toContainText('1,400.00');
    await expect(row).toContainText('待评价');
    await checkPage(page, 'orders');
    await page.getByRole('searchbox').fill(number);
    await page.getByLabel('状态').selectOption('待评价');
    await page.getByRole('button', { name: '搜索' }).click();
    await expect(page).toHaveURL(/state=accepted/);
    await expect(page.getByText('1 个订单')).toBeVisible();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出' }).click();
    expect((await download).suggestedFilename()).toBe('我的订单.xlsx');
    await page.getByRole('link', { name: number }).click();
    await expect(page.getByRole('heading', { level: 1, name: `订单 ${number}` })).toBeVisible();
    await expect(page.getByText('贵州省 贞丰县')).toBeVisible();
    await checkPage(page, 'order');
  });

  await test.step('a refund comes as a revision', async () => {
    const refunds = [{ at: Date.now(), amount: 90_000, line: 1 }];
    const body = JSON.stringify({ orders: [order(number, login, { revision: 2, refunds })] });
    expect(await outcomes(await send(request, body, sign(key, body)))).toEqual(['revised']);
    await page.reload();
    await expect(page.getByText('退款：第 1 行，900.00 元')).toBeVisible();
    await expect(page.getByText('已退 900.00 元')).toBeVisible();
    await expect(page.getByText('第 2 版 · 当前')).toBeVisible();
    await checkPage(page, 'order-refunded');
    await page.goto('/trade/orders?state=refunds');
    await expect(page.getByRole('row').filter({ hasText: number })).toContainText('已退 900.00 元');
  });

  await test.step('what is unknown waits for the operator', async () => {
    const body = JSON.stringify([order(`${number}-P`, 'JY77777777')]);
    expect(await outcomes(await send(request, body, sign(key, body)))).toEqual(['parked']);
    await operator.goto(`/system/parked-orders?q=${number}`);
    await expect(operator.getByRole('row').filter({ hasText: `${number}-P` })).toContainText('采购人不存在');
    await checkPage(operator, 'parked-orders');
    await operator.getByRole('button', { name: '立即重新匹配' }).click();
    await expect(operator.getByText('已重新匹配，没有可以入账的订单。')).toBeVisible();
  });

  await test.step('a revoked key sends nothing', async () => {
    await operator.goto('/system/keys');
    await operator.waitForLoadState('networkidle');
    await expect(operator.getByText(key.secret)).toHaveCount(0);
    const row = operator.getByRole('row').filter({ hasText: key.id });
    await row.locator('summary').click();
    await row.getByRole('button', { name: '确认吊销' }).click();
    await expect(operator.getByText('密钥已吊销。')).toBeVisible();
    await expect(row).toContainText('已吊销');
    await checkPage(operator, 'api-keys');
    const refused = await send(request, '[]', sign(key, '[]'));
    expect([refused.status(), await code(refused)]).toEqual([401, 'not-signed']);
  });
});

test('without JavaScript a key is shown once, and orders are read', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, OPERATOR);
  await page.goto('/system/keys');
  const name = `无脚本${randomBytes(4).toString('hex')}`;
  const { secret } = await issueKey(page, name);
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('有效');
  await page.reload();
  await expect(page.getByText(secret)).toHaveCount(0);
  await signInAtPortal(page);
  await page.goto('/trade/orders?q=no-such-order');
  await expect(page.getByText('没有符合条件的订单')).toBeVisible();
  await context.close();
});
