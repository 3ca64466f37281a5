import { expect, test, type Browser, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { CERTIFIED_PURCHASER, DEPARTMENT, OPERATOR, OTHER_DEPARTMENT } from '../support/demo';
import { signIn, type Account } from '../support/people';

/** Titles of almost the maximum length, each once. */
const title = (about: string): string =>
  `关于${about}做好脱贫地区农副产品采购预留份额填报、审核和汇总工作以及核对联系人和手机号码有关事项的补充通知（${Date.now()}）`;

async function signedIn(browser: Browser, account: Account): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, account);
  return page;
}

async function purchaser(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto('/trade/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(CERTIFIED_PURCHASER.login);
  await page.getByLabel('密码', { exact: true }).fill(CERTIFIED_PURCHASER.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await expect(page).not.toHaveURL(/\/signin/);
  return page;
}

async function publish(page: Page, heading: string): Promise<void> {
  await page.goto('/notices/new');
  await page.waitForLoadState('networkidle');
  await page.getByLabel('标题', { exact: true }).fill(heading);
  await page.getByLabel('正文', { exact: true }).fill('各单位：\n请核对联系人。\n\n特此通知。');
  await page.getByLabel('重要程度', { exact: true }).selectOption('重要');
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await expect(page.getByText('通知已发布。')).toBeVisible();
}

/** The row of a notice in the list. */
const row = (page: Page, heading: string) => page.getByRole('row').filter({ hasText: heading });

test('a department publishes a notice, its units’ purchasers read it, and others do not see it', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const heading = title('全县');
  await signIn(page, OTHER_DEPARTMENT);

  await test.step('the form says what is missing, and keeps what was typed over a reload', async () => {
    await page.goto('/notices/new');
    await page.waitForLoadState('networkidle');
    await page.getByLabel('标题', { exact: true }).fill('草稿');
    await page.getByRole('button', { name: '发布', exact: true }).click();
    await expect(page.getByLabel('正文', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await checkPage(page, 'notice-new');
    await expect(page.getByLabel('标题', { exact: true })).toHaveValue('草稿');
    await page.getByRole('link', { name: '取消' }).click();
    await expect(page).toHaveURL(/\/notices$/);
    await publish(page, heading);
    await expect(page.getByText(/0 个账号已读，共 \d+ 个/)).toBeVisible();
    await checkPage(page, 'notice-own');
  });

  await test.step('a purchaser of the county sees it as unread, and has read it once it is open', async () => {
    const reader = await purchaser(browser);
    await reader.getByRole('main').getByRole('listitem').filter({ hasText: '条通知未读' }).getByRole('link').click();
    await expect(row(reader, heading)).toContainText('未读');
    await checkPage(reader, 'notices-trade');
    await row(reader, heading).getByRole('link').click();
    await expect(reader.getByRole('heading', { level: 1 })).toHaveText(heading);
    await expect(reader.getByText('请核对联系人。', { exact: true })).toBeVisible();
    await reader.goto('/trade/notices');
    await expect(row(reader, heading)).toContainText('已读');
    await page.reload();
    await expect(page.getByText(/1 个账号已读/)).toBeVisible();
  });

  await test.step('another county does not see it', async () => {
    const other = await signedIn(browser, DEPARTMENT);
    const address = new URL(page.url()).pathname;
    await other.goto('/notices');
    await expect(other.getByRole('main')).not.toContainText(heading);
    await other.goto(address);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('这里没有内容');
  });

  await test.step('the author changes it and withdraws it', async () => {
    const second = await (await browser.newContext()).newPage();
    await signIn(second, OTHER_DEPARTMENT);
    await second.goto(`${new URL(page.url()).pathname}/edit`);
    await second.waitForLoadState('networkidle');
    await page.getByRole('link', { name: '修改', exact: true }).click();
    await page.getByLabel('截止日期', { exact: true }).fill('2099-12-31');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(page.getByText('修改已保存。')).toBeVisible();
    // The second browser has loaded an older version.
    await second.getByLabel('标题', { exact: true }).fill('另一个标题');
    await second.getByRole('button', { name: '保存', exact: true }).click();
    await expect(second.getByRole('alert')).toContainText('刚才已被别人改过');
    await second.getByRole('link', { name: '放弃我的修改' }).click();
    await expect(second.getByLabel('标题', { exact: true })).toHaveValue(heading);
    await checkPage(second, 'notice-edit');
    await page.getByText('撤回', { exact: true }).click();
    await page.getByRole('button', { name: '确定撤回' }).click();
    await expect(page.getByText('通知已撤回。')).toBeVisible();
    await page.goto('/notices?state=own');
    await expect(row(page, heading)).toContainText('已撤回');
    await checkPage(page, 'notices-own');
    const reader = await purchaser(browser);
    await reader.goto('/trade/notices');
    await expect(reader.getByRole('main')).not.toContainText(heading);
  });
});

test('a notice of the operator waits on the desktop until it is opened, also without JavaScript', async ({ page, browser }) => {
  test.setTimeout(180_000);
  const heading = title('全国');
  await signIn(page, OPERATOR);
  await publish(page, heading);
  await page.goto('/notices');
  await checkPage(page, 'notices-operator');
  await page.goto('/');
  await checkPage(page, 'desktop-operator');

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await signIn(plain, DEPARTMENT);
  await plain.goto('/');
  const line = plain.getByRole('main').getByRole('listitem').filter({ hasText: '条通知未读' });
  const unread = Number(/^(\d+) 条通知未读/.exec((await line.locator('b').textContent()) ?? '')?.[1]);
  expect(unread).toBeGreaterThan(0);
  await line.getByRole('link').click();
  // The unread one comes first.
  await expect(plain.getByRole('row').nth(1)).toContainText(heading);
  await row(plain, heading).getByRole('link').click();
  await expect(plain.getByRole('heading', { level: 1 })).toHaveText(heading);
  await plain.goto('/');
  const left = plain.getByRole('main').getByRole('listitem').filter({ hasText: '条通知未读' });
  if (unread > 1) await expect(left.locator('b')).toHaveText(`${unread - 1} 条通知未读`);
  else await expect(left).toHaveCount(0);

  await test.step('the pages of a reader fit both sizes and languages', async () => {
    const reader = await signedIn(browser, DEPARTMENT);
    await checkPage(reader, 'desktop-waits');
    await reader.goto('/notices');
    await checkPage(reader, 'notices');
    await row(reader, heading).getByRole('link').click();
    await expect(reader.getByRole('heading', { level: 1 })).toHaveText(heading);
    await checkPage(reader, 'notice');
  });
});
