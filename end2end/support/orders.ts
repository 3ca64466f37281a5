import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, type APIRequestContext, type APIResponse, type Page } from '@playwright/test';

const PATH = '/api/v1/orders';

/** A key of the interface for orders. */
export interface Key {
  id: string;
  secret: string;
}

/** Signs a call, as docs/orders-api.md says. */
export function sign(key: Key, body: string): string {
  const time = Math.floor(Date.now() / 1000);
  const nonce = randomBytes(16).toString('hex');
  const hash = createHash('sha256').update(body).digest('hex');
  const text = ['PMS1-HMAC-SHA256', 'POST', PATH, key.id, time, nonce, hash].join('\n');
  const signature = createHmac('sha256', key.secret).update(text).digest('hex');
  return `PMS1-HMAC-SHA256 key=${key.id}, time=${time}, nonce=${nonce}, signature=${signature}`;
}

export function send(request: APIRequestContext, body: string, authorization: string): Promise<APIResponse> {
  return request.post(PATH, { data: body, headers: { authorization, 'content-type': 'application/json' } });
}

/** The outcomes of a call that must be accepted. */
export async function outcomes(response: APIResponse): Promise<string[]> {
  expect(response.status(), await response.text()).toBe(200);
  const answer = (await response.json()) as { verdicts: { outcome: string }[] };
  return answer.verdicts.map((verdict) => verdict.outcome);
}

/** An order of two lines, 1,400.00 yuan, that is accepted and not evaluated. */
export function order(number: string, purchaser: string, more: object = {}) {
  const now = Date.now();
  return {
    number,
    revision: 1,
    purchaser,
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

/** Opens the page of keys, on which the operator is signed in. */
export async function openKeys(operator: Page): Promise<void> {
  await operator.goto('/');
  await operator.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '接口密钥' }).click();
  await expect(operator.getByRole('heading', { level: 1, name: '接口密钥' })).toBeVisible();
  await operator.waitForLoadState('networkidle');
}

/** Issues a key on the open page of keys, and reads its secret there. */
export async function issueKey(operator: Page, name: string): Promise<Key> {
  await operator.getByLabel('名称').fill(name);
  await operator.getByRole('button', { name: '签发' }).click();
  const issued = operator.getByRole('note').filter({ hasText: `已签发：${name}` });
  await expect(issued).toBeVisible();
  const [id, secret] = await issued.locator('dd').allTextContents();
  expect(id).toMatch(/^JK[0-9a-f]{20}$/);
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  return { id: id!, secret: secret! };
}
