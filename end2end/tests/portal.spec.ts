import { expect, test, type Locator, type Page } from '@playwright/test';
import { expectAccessible } from '../support/accessible';
import { CERTIFIED_PURCHASER, DEPARTMENT, NEW_PURCHASER, OPERATOR } from '../support/demo';
import { signIn, type Account } from '../support/people';
import { saveScreenshot } from '../support/screenshot';

async function submitSignIn(page: Page, path: string, who: Account): Promise<void> {
  await page.goto(path);
  await page.getByLabel('登录账号', { exact: true }).fill(who.login);
  await page.getByLabel('密码', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Signs in at the trading portal and waits for the next page. */
async function signInAtPortal(page: Page, who: Account): Promise<void> {
  await submitSignIn(page, '/trade/signin', who);
  await expect(page).toHaveURL(/\/trade(?!\/signin)/);
  await expect(page.getByText(who.name, { exact: true }).first()).toBeAttached();
}

/** Expects that the page is accessible and not wider than the window. */
async function checkPage(page: Page, name: string): Promise<void> {
  await expect(page.locator('h1')).toHaveCount(1);
  await page.waitForLoadState('networkidle');
  await saveScreenshot(page, `portal-${name}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, page.url()).toBeLessThanOrEqual(0);
  await expectAccessible(page);
}

/** The certification that the page shows. */
const certificationState = (page: Page, word: string): Locator => page.locator('.trade-state .badge').filter({ hasText: word });

async function fillIn(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
}

test('each kind of account is referred to its own portal', async ({ page }) => {
  for (const [path, who, message, link, expectedPath] of [
    ['/trade/signin', DEPARTMENT, '这是管理账号', '去采购人管理系统登录', '/signin'],
    ['/signin', CERTIFIED_PURCHASER, '这是交易账号', '去采购人交易平台登录', '/trade/signin'],
  ] as const) {
    await submitSignIn(page, path, who);
    await expect(page.getByRole('alert')).toContainText(message);
    await page.getByRole('link', { name: link }).click();
    await expect(page).toHaveURL(new RegExp(`${expectedPath}$`));
  }
});

test('one browser is signed in at both portals', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await signInAtPortal(page, CERTIFIED_PURCHASER);
  await expect(page).toHaveTitle(/采购人交易平台$/);
  await page.goto('/units');
  await expect(page.getByText(DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  await expect(page).toHaveTitle(/采购人管理系统$/);
  await page.goto('/trade/orders');
  await expect(page.getByRole('heading', { level: 1, name: '我的订单' })).toBeVisible();
  await page.getByRole('button', { name: '注销' }).click();
  await expect(page).toHaveURL(/\/trade\/signin$/);
  await page.goto('/units');
  await expect(page).toHaveURL(/\/units$/);
});

test('a purchaser completes its data, is returned once and then certified', async ({ page, browser }) => {
  const operatorPage = await (await browser.newContext()).newPage();
  await signIn(operatorPage, OPERATOR);

  await signInAtPortal(page, NEW_PURCHASER);
  await page.goto('/trade/orders');
  await expect(page, 'no other page opens before the data is complete').toHaveURL(/\/trade\/complete$/);
  await checkPage(page, 'complete');
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
  await expect(certificationState(page, '未提交')).toBeVisible();
  await checkPage(page, 'data');
  await page.goto('/trade/orders');
  await expect(page.getByText('通过认证的采购人才能记录采购。')).toBeVisible();
  await page.goto('/trade/profile');
  await page.getByRole('button', { name: '提交认证' }).click();
  await expect(certificationState(page, '待审核')).toBeVisible();

  await operatorPage.goto('/');
  await operatorPage.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '采购人认证' }).click();
  await checkPage(operatorPage, 'queue');
  await operatorPage.getByRole('link', { name: NEW_PURCHASER.name }).click();
  const tax = operatorPage.getByRole('row').filter({ hasText: '纳税人识别号' });
  await expect(tax).toContainText('不一致');
  await expect(operatorPage.getByRole('row').filter({ hasText: '发票抬头' })).not.toContainText('不一致');
  await checkPage(operatorPage, 'case');
  const seen = operatorPage.url();
  await operatorPage.getByRole('button', { name: '退回' }).click();
  await expect(operatorPage.getByLabel('退回原因')).toHaveAttribute('aria-invalid', 'true');
  await operatorPage.getByLabel('退回原因').fill('纳税人识别号与单位不一致，请核对');
  await operatorPage.getByRole('button', { name: '退回' }).click();
  await expect(operatorPage.getByText('已退回，短信正在通知联系人。')).toBeVisible();
  await expect(operatorPage.getByRole('heading', { name: '没有待审核的采购人' })).toBeVisible();

  await page.goto('/trade');
  await expect(page.getByText('退回原因：纳税人识别号与单位不一致，请核对')).toBeVisible();
  await checkPage(page, 'returned');
  await page.getByRole('link', { name: '去修改' }).click();
  await page.getByLabel('开户银行（选填）').fill('样例县农商行');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('button', { name: '重新提交认证' }).click();
  await expect(certificationState(page, '待审核')).toBeVisible();

  // The purchaser changes its data while the operator has the old data open.
  await operatorPage.goto(seen);
  await page.getByRole('link', { name: '修改资料' }).click();
  await page.getByLabel('收货地址').fill('样例县城南镇人民路 2 号');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('资料已保存。')).toBeVisible();
  await operatorPage.getByRole('button', { name: '通过认证' }).click();
  await expect(operatorPage.getByRole('alert')).toContainText('刚才已被别人改过');
  await operatorPage.reload();
  await expect(operatorPage.getByRole('main')).toContainText('人民路 2 号');
  await operatorPage.getByRole('button', { name: '通过认证' }).click();
  await expect(operatorPage.getByText('已通过认证，短信正在通知联系人。')).toBeVisible();

  await page.goto('/trade');
  await expect(certificationState(page, '已认证')).toBeVisible();
  await page.getByRole('link', { name: '查看我的订单' }).click();
  await expect(page.getByText('采购后，订单会出现在这里。')).toBeVisible();
  await expect(async () => {
    await page.goto('/demo/sms?q=13812340088');
    await expect(page.getByText('采购人认证已通过')).toBeVisible({ timeout: 1_000 });
    await expect(page.getByText('采购人认证资料被退回')).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test('an edit conflict shows both versions', async ({ page, context }) => {
  await signInAtPortal(page, CERTIFIED_PURCHASER);
  const other = await context.newPage();
  for (const one of [page, other]) await one.goto('/trade/profile/edit');
  const [now, mine] = [String(Date.now() % 10_000), String((Date.now() + 1) % 10_000)];
  await other.getByLabel('单位地址').fill(`样例县城南镇人民路 ${now} 号`);
  await other.getByRole('button', { name: '保存' }).click();
  await expect(other.getByText('资料已保存。')).toBeVisible();

  await page.getByLabel('单位地址').fill(`样例县城南镇青年路 ${mine} 号`);
  await page.getByRole('button', { name: '保存' }).click();
  const conflict = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
  await expect(conflict.getByRole('row', { name: `单位地址 样例县城南镇青年路 ${mine} 号 样例县城南镇人民路 ${now} 号` })).toBeVisible();
  await expect(conflict.getByRole('row')).toHaveCount(2);
  await checkPage(page, 'stale');
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('资料已保存。')).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`青年路 ${mine} 号`);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const lang of ['zh-CN', 'en'] as const) {
    test(`every page of the portal is accessible and fits the window (${lang})`, async ({ page }) => {
      await page.context().addCookies([{ name: 'lang', value: lang, url: new URL(test.info().project.use.baseURL ?? '').href }]);
      await page.goto('/trade/signin');
      await checkPage(page, `phone-signin-${lang}`);
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
        await checkPage(page, `phone-${name}-${lang}`);
      }
    });
  }
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('signing in, correcting a refused form, saving and signing out work at the portal', async ({ page }) => {
    await signInAtPortal(page, CERTIFIED_PURCHASER);
    await page.goto('/trade/profile/edit');
    await page.getByLabel('联系人手机号码').fill('12345');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByLabel('联系人手机号码')).toHaveAttribute('aria-invalid', 'true');
    expect(page.url()).not.toContain('12345');
    await page.getByLabel('联系人手机号码').fill('13812340099');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('资料已保存。')).toBeVisible();
    await expect(certificationState(page, '已认证')).toBeVisible();
    await page.getByRole('button', { name: '注销' }).click();
    await expect(page).toHaveURL(/\/trade\/signin$/);
  });

  test('an edit conflict at the portal shows both versions and keeps the input', async ({ page, context }) => {
    await signInAtPortal(page, CERTIFIED_PURCHASER);
    const other = await context.newPage();
    for (const one of [page, other]) await one.goto('/trade/profile/edit');
    const [now, mine] = [String(Date.now() % 10_000), String((Date.now() + 1) % 10_000)];
    await other.getByLabel('收货地址').fill(`南门 ${now} 号`);
    await other.getByRole('button', { name: '保存' }).click();
    await expect(other.getByText('资料已保存。')).toBeVisible();
    await page.getByLabel('收货地址').fill(`北门 ${mine} 号`);
    await page.getByRole('button', { name: '保存' }).click();
    const conflict = page.getByRole('alert').filter({ hasText: '刚才已被别人改过，还没有保存' });
    await expect(conflict.getByRole('row', { name: `收货地址 北门 ${mine} 号 南门 ${now} 号` })).toBeVisible();
    expect(decodeURIComponent(page.url())).not.toContain('北门');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('资料已保存。')).toBeVisible();
    await expect(page.getByRole('main')).toContainText(`北门 ${mine} 号`);
  });
});
