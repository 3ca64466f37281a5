import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, test, type APIRequestContext, type APIResponse, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { CERTIFIED_PURCHASER, OPERATOR } from '../support/demo';
import { signIn } from '../support/people';

const PATH = '/api/v1/orders';

interface Key {
  id: string;
  secret: string;
}

/** Signs a call, as docs/orders-api.md says. */
function sign(key: Key, body: string): string {
  const time = Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString('hex');
  const hash = createHash('sha256').update(body).digest('hex');
  const text = ['PMS1-HMAC-SHA256', 'POST', PATH, key.id, time, nonce, hash].join('\n');
  const signature = createHmac('sha256', key.secret).update(text).digest('hex');
  return `PMS1-HMAC-SHA256 key=${key.id}, time=${time}, nonce=${nonce}, signature=${signature}`;
}

function send(request: APIRequestContext, body: string, authorization: string): Promise<APIResponse> {
  return request.post(PATH, { data: body, headers: { authorization, 'content-type': 'application/json' } });
}

/** The outcomes of a call that must be accepted. */
async function outcomes(response: APIResponse): Promise<string[]> {
  expect(response.status(), await response.text()).toBe(200);
  const answer = (await response.json()) as { verdicts: { outcome: string }[] };
  return answer.verdicts.map((verdict) => verdict.outcome);
}

async function code(response: APIResponse): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

/** An order that is accepted, and not evaluated. */
function order(number: string, more: object = {}) {
  const now = Date.now();
  return {
    number,
    revision: 1,
    purchaser: CERTIFIED_PURCHASER.login,
    supplier: '贞丰县顶坛花椒合作社',
    payer: 'union',
    lines: [
      { product: '顶坛花椒', category: 'seasonings', quantity: '20', unit_price: 4_500, amount: 90_000, origin: '522325' },
      { product: '高山绿茶', category: 'tea', quantity: '2.5', unit_price: 20_000, amount: 50_000 },
    ],
    ordered_at: now - 4 * 3_600_000,
    paid_at: now - 3 * 3_600_000,
    shipped_at: now - 2 * 3_600_000,
    accepted_at: now - 3_600_000,
    ...more,
  };
}

/** Issues a key on the page of the operator, and reads its secret there. */
async function issueKey(operator: Page, name: string): Promise<Key> {
  await operator.goto('/');
  await operator.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '接口密钥' }).click();
  await expect(operator.getByRole('heading', { level: 1, name: '接口密钥' })).toBeVisible();
  await operator.waitForLoadState('networkidle');
  await operator.getByRole('button', { name: '签发' }).click();
  await expect(operator.getByText('请填写名称')).toBeVisible();
  await operator.getByLabel('名称').fill(name);
  await operator.getByRole('button', { name: '签发' }).click();
  return readKey(operator, name);
}

async function readKey(operator: Page, name: string): Promise<Key> {
  const issued = operator.getByRole('note').filter({ hasText: `已签发：${name}` });
  await expect(issued).toBeVisible();
  const [id, secret] = await issued.locator('dd').allTextContents();
  expect(id).toMatch(/^JK[0-9a-f]{20}$/);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  return { id: id!, secret: secret! };
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
  const key = await issueKey(operator, `平台${about}`);

  await test.step('the order is received once', async () => {
    const body = JSON.stringify([order(number), { number: 5 }]);
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
    const body = JSON.stringify({ orders: [order(number, { revision: 2, refunds })] });
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
    const body = JSON.stringify([order(`${number}-P`, { purchaser: 'JY77777777' })]);
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
  await page.getByLabel('名称').fill(name);
  await page.getByRole('button', { name: '签发' }).click();
  const { secret } = await readKey(page, name);
  await expect(page.getByRole('row').filter({ hasText: name })).toContainText('有效');
  await page.reload();
  await expect(page.getByText(secret)).toHaveCount(0);
  await signInAtPortal(page);
  await page.goto('/trade/orders?q=no-such-order');
  await expect(page.getByText('没有符合条件的订单')).toBeVisible();
  await context.close();
});
