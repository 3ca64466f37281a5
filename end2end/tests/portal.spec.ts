import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { CERTIFIED_PURCHASER, DEPARTMENT, NEW_PURCHASER, OPERATOR } from '../support/demo';
import { signIn, type Account } from '../support/people';
import { shot } from '../support/shot';

async function enterAt(page: Page, path: string, who: Account): Promise<void> {
  await page.goto(path);
  await page.getByLabel('登录账号', { exact: true }).fill(who.login);
  await page.getByLabel('密码', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Signs in at the trading portal and waits for the page behind. */
async function enterPortal(page: Page, who: Account): Promise<void> {
  await enterAt(page, '/trade/signin', who);
  await expect(page).toHaveURL(/\/trade(?!\/signin)/);
  await expect(page.getByText(who.name, { exact: true }).first()).toBeAttached();
}

/** Accessible and no wider than the window. */
async function look(page: Page, name: string): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1);
  await page.waitForLoadState('networkidle');
  await shot(page, `portal-${name}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, page.url()).toBeLessThanOrEqual(0);
  await expectAccessible(page);
}

/** Where the certification stands, as the page says it. */
const state = (page: Page, word: string): Locator => page.locator('.trade-state .badge').filter({ hasText: word });

async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
}

test('each kind of account is led to its own portal', async ({ page }) => {
  for (const [path, who, said, link, leads] of [
    ['/trade/signin', DEPARTMENT, '这是管理账号', '去采购人管理系统登录', '/signin'],
    ['/signin', CERTIFIED_PURCHASER, '这是交易账号', '去采购人交易平台登录', '/trade/signin'],
  ] as const) {
    await enterAt(page, path, who);
    await expect(page.getByRole('alert')).toContainText(said);
    await page.getByRole('link', { name: link }).click();
    await expect(page).toHaveURL(new RegExp(`${leads}$`));
  }
});

test('one browser is signed in at both portals', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await enterPortal(page, CERTIFIED_PURCHASER);
  await expect(page).toHaveTitle(/采购人交易平台$/);
  await page.goto('/units');
  await expect(page.getByText(DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  await expect(page).toHaveTitle(/采购人管理系统$/);
  await page.goto('/trade/orders');
  await expect(page.getByRole('heading', { name: '还没有订单' })).toBeVisible();
  await page.getByRole('button', { name: '注销' }).click();
  await expect(page).toHaveURL(/\/trade\/signin$/);
  await page.goto('/units');
  await expect(page).toHaveURL(/\/units$/);
});

test('a purchaser completes its data, is returned once and then certified', async ({ page, browser }) => {
  const desk = await (await browser.newContext()).newPage();
  await signIn(desk, OPERATOR);

  await enterPortal(page, NEW_PURCHASER);
  await page.goto('/trade/orders');
  await expect(page, 'before its data is complete there is nothing else').toHaveURL(/\/trade\/complete$/);
  await look(page, 'complete');
  await page.getByLabel('采购人类型').selectOption('食堂承包方');
  await fillIn(page, {
    单位地址: '样例县城南镇人民路 1 号',
    收货地址: '样例县城南镇人民路 1 号食堂后门',
    发票抬头: '样例县城南镇人民政府',
    纳税人识别号: '11320106MB3FQEFLC1',
    联系人: '王芳',
    联系人手机号码: '13812340088',
  });
  await page.getByRole('button', { name: '保存并继续' }).click();
  await expect(page.getByLabel('纳税人识别号', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText('校验不符，18 位中有抄错的，请对照登记证书')).toBeVisible();
  await page.getByLabel('纳税人识别号', { exact: true }).fill('11320106MB3FQEFLCG');
  await page.getByRole('button', { name: '保存并继续' }).click();

  await expect(page.getByText('资料已保存。')).toBeVisible();
  await expect(state(page, '未提交')).toBeVisible();
  await look(page, 'data');
  await page.goto('/trade/orders');
  await expect(page.getByText('通过认证的采购人才能记录采购。')).toBeVisible();
  await page.goto('/trade/profile');
  await page.getByRole('button', { name: '提交认证' }).click();
  await expect(state(page, '待审核')).toBeVisible();

  await desk.goto('/');
  await desk.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '采购人认证' }).click();
  await look(desk, 'queue');
  await desk.getByRole('link', { name: NEW_PURCHASER.name }).click();
  const tax = desk.getByRole('row').filter({ hasText: '纳税人识别号' });
  await expect(tax).toContainText('不一致');
  await expect(desk.getByRole('row').filter({ hasText: '发票抬头' })).not.toContainText('不一致');
  await look(desk, 'case');
  const seen = desk.url();
  await desk.getByRole('button', { name: '退回' }).click();
  await expect(desk.getByLabel('退回原因')).toHaveAttribute('aria-invalid', 'true');
  await desk.getByLabel('退回原因').fill('纳税人识别号与单位不一致，请核对');
  await desk.getByRole('button', { name: '退回' }).click();
  await expect(desk.getByText('已退回，短信正在通知联系人。')).toBeVisible();
  await expect(desk.getByRole('heading', { name: '没有待审核的采购人' })).toBeVisible();

  await page.goto('/trade');
  await expect(page.getByText('退回原因：纳税人识别号与单位不一致，请核对')).toBeVisible();
  await look(page, 'returned');
  await page.getByRole('link', { name: '去修改' }).click();
  await page.getByLabel('开户银行（选填）').fill('样例县农商行');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '重新提交认证' }).click();
  await expect(state(page, '待审核')).toBeVisible();

  // What the operator looks at is changed before it decides.
  await desk.goto(seen);
  await page.getByRole('link', { name: '修改资料' }).click();
  await page.getByLabel('收货地址').fill('样例县城南镇人民路 2 号');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('资料已保存。')).toBeVisible();
  await desk.getByRole('button', { name: '通过认证' }).click();
  await expect(desk.getByRole('alert')).toContainText('刚才已被别人改过');
  await desk.reload();
  await expect(desk.getByRole('main')).toContainText('人民路 2 号');
  await desk.getByRole('button', { name: '通过认证' }).click();
  await expect(desk.getByText('已通过认证，短信正在通知联系人。')).toBeVisible();

  await page.goto('/trade');
  await expect(state(page, '已认证')).toBeVisible();
  await expect(page.getByText('采购后，订单会出现在这里。')).toBeVisible();
  await expect(async () => {
    await page.goto('/demo/sms?q=13812340088');
    await expect(page.getByText('采购人认证已通过')).toBeVisible({ timeout: 1_000 });
    await expect(page.getByText('采购人认证资料被退回')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('who edits what somebody else has changed sees both versions', async ({ page, context }) => {
  await enterPortal(page, CERTIFIED_PURCHASER);
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto('/trade/profile/edit');
  const [now, mine] = [String(Date.now() % 10_000), String((Date.now() + 1) % 10_000)];
  await other.getByLabel('单位地址').fill(`样例县城南镇人民路 ${now} 号`);
  await other.getByRole('button', { name: '保存' }).click();
  await expect(other.getByText('资料已保存。')).toBeVisible();

  await page.getByLabel('单位地址').fill(`样例县城南镇青年路 ${mine} 号`);
  await page.getByRole('button', { name: '保存' }).click();
  const both = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
  await expect(both.getByRole('row', { name: `单位地址 样例县城南镇青年路 ${mine} 号 样例县城南镇人民路 ${now} 号` })).toBeVisible();
  await expect(both.getByRole('row')).toHaveCount(2);
  await look(page, 'stale');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('资料已保存。')).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`青年路 ${mine} 号`);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of ['zh-CN', 'en'] as const) {
    test(`the portal fits, ${lang}`, async ({ page }) => {
      await page.context().addCookies([{ name: 'lang', value: lang, url: new URL(test.info().project.use.baseURL ?? '').href }]);
      await page.goto('/trade/signin');
      await look(page, `phone-signin-${lang}`);
      await page.locator('#login').fill(CERTIFIED_PURCHASER.login);
      await page.locator('#password').fill(CERTIFIED_PURCHASER.password);
      await page.locator('form button[type=submit].is-primary').click();
      await expect(page).toHaveURL(/\/trade$/);
      for (const [name, path] of [
        ['home', '/trade'],
        ['profile', '/trade/profile'],
        ['edit', '/trade/profile/edit'],
        ['orders', '/trade/orders'],
        ['password', '/trade/password'],
      ] as const) {
        await page.goto(path);
        await look(page, `phone-${name}-${lang}`);
      }
    });
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the portal signs in, refuses what must be mended, saves and signs out', async ({ page }) => {
    await enterPortal(page, CERTIFIED_PURCHASER);
    await page.goto('/trade/profile/edit');
    await page.getByLabel('联系人手机号码').fill('12345');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByLabel('联系人手机号码')).toHaveAttribute('aria-invalid', 'true');
    expect(page.url()).not.toContain('12345');
    await page.getByLabel('联系人手机号码').fill('13812340099');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('资料已保存。')).toBeVisible();
    await expect(state(page, '已认证')).toBeVisible();
    await page.getByRole('button', { name: '注销' }).click();
    await expect(page).toHaveURL(/\/trade\/signin$/);
  });

  test('who was overtaken at the portal sees both versions, and what was typed', async ({ page, context }) => {
    await enterPortal(page, CERTIFIED_PURCHASER);
    const other = await context.newPage();
    for (const one of [page, other]) await one.goto('/trade/profile/edit');
    const [now, mine] = [String(Date.now() % 10_000), String((Date.now() + 1) % 10_000)];
    await other.getByLabel('收货地址').fill(`南门 ${now} 号`);
    await other.getByRole('button', { name: '保存' }).click();
    await expect(other.getByText('资料已保存。')).toBeVisible();
    await page.getByLabel('收货地址').fill(`北门 ${mine} 号`);
    await page.getByRole('button', { name: '保存' }).click();
    const both = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
    await expect(both.getByRole('row', { name: `收货地址 北门 ${mine} 号 南门 ${now} 号` })).toBeVisible();
    expect(decodeURIComponent(page.url())).not.toContain('北门');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('资料已保存。')).toBeVisible();
    await expect(page.getByRole('main')).toContainText(`北门 ${mine} 号`);
  });
});
