import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { DEPARTMENT, OTHER_DEPARTMENT, OPERATOR } from '../support/demo';
import { choose, FILE_INPUT } from '../support/importing';
import { signIn, signOut } from '../support/people';
import { makeUnits, newUnits, sheetWith } from '../support/sheet';
import { test } from '../support/signed-in';

/** Delays the page's code until the returned function is called. Until then, the page is the HTML of the server. */
async function delayCode(page: Page, code = /\/pkg\/.*\.wasm/): Promise<() => Promise<void>> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(code, async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await page.waitForLoadState('networkidle');
  };
}

test('going back while a page is loading opens the previous page', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  const title = page.getByRole('heading', { level: 1 });
  // A user may go back more than once.
  for (const time of ['first', 'second']) {
    await page.goto('/units');
    await page.waitForLoadState('networkidle');
    await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '帮助' }).click();
    await expect(page).toHaveURL('/help');
    await expect(title).toHaveText('帮助');

    const release = await delayCode(page);
    await page.reload({ waitUntil: 'commit' });
    await expect(title).toHaveText('帮助');
    await page.evaluate(() => history.back());
    await expect(page).toHaveURL('/units');
    await release();
    await expect(title, time).toHaveText('预算单位列表');
    // The page's code handles the link.
    await page.getByRole('link', { name: '采购人列表' }).click();
    await expect(title).toHaveText('采购人列表');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
  expect(errors).toEqual([]);
});

/** Signs in with a new browser context, because the test ends the session that it uses. */
async function newSignedInContext(browser: Browser, baseURL: string | undefined): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ baseURL, locale: 'zh-CN', storageState: undefined });
  const page = await context.newPage();
  await signIn(page, DEPARTMENT);
  return { context, page };
}

async function fillIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('预算单位名称', { exact: true }).fill(name);
  await page.getByLabel('行政级次').selectOption('县级');
}

test('a tab of another account does nothing for the account that has signed in later', async ({ browser, baseURL }) => {
  const { context, page: uploadPage } = await newSignedInContext(browser, baseURL);
  const { file, units } = newUnits('换人', DEPARTMENT.name, 1);
  await choose(uploadPage, file);
  await expect(uploadPage.getByRole('button', { name: '导入', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  const form = await context.newPage();
  await form.goto('/units/new');
  await form.waitForLoadState('networkidle');
  const menu = await context.newPage();
  await menu.goto('/units');
  await menu.waitForLoadState('networkidle');

  const tab = await context.newPage();
  await tab.goto('/');
  await signOut(tab);
  await signIn(tab, OTHER_DEPARTMENT);

  const message = `这个页面是 ${DEPARTMENT.login} 的，现在登录的是 ${OTHER_DEPARTMENT.login}，没有执行。`;
  await uploadPage.getByRole('button', { name: '导入', exact: true }).click();
  await expect(uploadPage.locator('#import-why')).toContainText(message);

  const unit = makeUnits('换人', DEPARTMENT.name, 1)[0]!;
  await fillIn(form, unit.name);
  await form.getByLabel('统一信用代码').fill(unit.code);
  await form.getByLabel('预算级次').selectOption('二级预算单位');
  await form.getByLabel('年度农副产品采购总额(万元)').fill('120.5');
  await form.getByLabel('拟预留比例(%)').fill('15');
  await form.getByLabel('联系人', { exact: true }).fill('王敏');
  await form.getByLabel('联系人手机号码').fill(unit.mobile);
  await form.getByRole('button', { name: '保存并发短信' }).click();
  await expect(form.getByRole('alert').filter({ hasText: message })).toBeVisible();
  await form.getByRole('link', { name: '刷新页面' }).click();
  await expect(form.getByText(OTHER_DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  // The draft of one account must not appear for another account.
  await expect(form.getByLabel('预算单位名称', { exact: true })).toHaveValue('');

  await menu.getByRole('link', { name: '采购人列表' }).click();
  await expect(menu.getByText(OTHER_DEPARTMENT.name, { exact: true }).first()).toBeVisible();
  await expect(menu.getByText(DEPARTMENT.name, { exact: true })).toHaveCount(0);

  await tab.goto(`/units?q=${encodeURIComponent('换人')}`);
  await expect(tab.getByText('没有符合条件的单位')).toBeVisible();
  expect(units).toHaveLength(1);
  await context.close();
});

test('after the session has ended, the user signs in in a new tab and continues on the same page', async ({ browser, baseURL }) => {
  const { context, page } = await newSignedInContext(browser, baseURL);
  const { file } = newUnits('续登', DEPARTMENT.name, 1);
  const upload = await context.newPage();
  await choose(upload, file);
  await expect(upload.getByRole('button', { name: '导入', exact: true })).not.toHaveAttribute('aria-disabled', 'true');
  const list = await context.newPage();
  await list.goto('/units/manage');
  await list.waitForLoadState('networkidle');
  const tab = await context.newPage();
  await tab.goto('/');
  await signOut(tab);

  await list.getByRole('searchbox').fill('续登');
  await list.getByRole('button', { name: '搜索' }).click();
  await expect(list.getByRole('alert')).toContainText('登录已失效');
  await expect(list.getByRole('link', { name: '在新标签页登录' })).toBeVisible();

  await upload.getByRole('button', { name: '导入', exact: true }).click();
  await expect(upload.locator('#import-why')).toContainText('然后回到这里再试');
  const opened = context.waitForEvent('page');
  await upload.getByRole('link', { name: '在新标签页登录' }).click();
  const signInTab = await opened;
  await signInTab.getByLabel('登录账号', { exact: true }).fill(DEPARTMENT.login);
  await signInTab.getByLabel('密码', { exact: true }).fill(DEPARTMENT.password);
  await signInTab.getByRole('button', { name: '登录', exact: true }).click();
  await expect(signInTab).not.toHaveURL(/signin/);
  await upload.getByRole('button', { name: '再试一次' }).click();
  await expect(upload).toHaveURL(/\/units\/import\/\d+/);
  await page.close();
  await context.close();
});

test('the draft of a new form is restored after a reload and deleted when the user cancels', async ({ page }) => {
  const name = page.getByLabel('预算单位名称', { exact: true });
  const superior = page.getByRole('combobox', { name: '上级预算单位' });
  await page.goto('/units/new');
  await page.waitForLoadState('networkidle');
  await expect(superior).toHaveValue(DEPARTMENT.name);
  await fillIn(page, '还没有保存的单位');
  await page.reload();
  await expect(page.getByText('上次没有保存的内容已经填好。')).toBeVisible();
  await expect(name).toHaveValue('还没有保存的单位');
  await expect(page.getByLabel('行政级次')).toHaveValue('县级');
  await expect(superior).toHaveValue(DEPARTMENT.name);

  // Input that is typed before the page's code runs is newer than the draft.
  const release = await delayCode(page);
  await page.reload({ waitUntil: 'commit' });
  await name.fill('改了名称的单位');
  await release();
  await expect(page.getByText('上次没有保存的内容已经填好。')).toBeVisible();
  await expect(name).toHaveValue('改了名称的单位');
  await expect(page.getByLabel('行政级次')).toHaveValue('县级');

  // The press leaves the field. On a slow line, the page lives on for a while, and must not store the draft again meanwhile.
  await page.route('/units/new', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.getByRole('button', { name: '清空重填' }).click();
  await expect(name).toHaveValue('');
  await page.unroute('/units/new');
  await expect(superior).toHaveValue(DEPARTMENT.name);
  await fillIn(page, '不要的单位');
  await page.getByRole('link', { name: '取消' }).click();
  await expect(page).toHaveURL('/units/manage');
  await page.goto('/units/new');
  await page.waitForLoadState('networkidle');
  await expect(name).toHaveValue('');
});

test("a search that is typed before the page's code runs is kept", async ({ page }) => {
  for (const path of ['/units/manage', '/units']) {
    const release = await delayCode(page);
    await page.goto(path, { waitUntil: 'commit' });
    const box = page.getByRole('searchbox');
    await box.fill('示例');
    const state = page.getByLabel('账号状态').and(page.locator('select'));
    if (path === '/units/manage') await state.selectOption('active');
    await release();
    await expect(box).toHaveValue('示例');
    await page.getByRole('button', { name: '搜索' }).click();
    await expect(page).toHaveURL(/q=%E7%A4%BA%E4%BE%8B/);
    if (path === '/units/manage') await expect(page).toHaveURL(/state=active/);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
  // Clearing the search also clears the search box.
  await page.getByRole('link', { name: '清除条件' }).first().click();
  await expect(page.getByRole('searchbox')).toHaveValue('');
});

test('a page that is not available to the account says so', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, locale: 'zh-CN', storageState: undefined });
  const page = await context.newPage();
  await signIn(page, OPERATOR);
  for (const path of ['/units/new', '/units/import', '/purchasers/new', '/purchasers/import']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 }), path).toHaveText('这个页面不对当前账号开放');
    await expect(page.getByRole('link', { name: '回到桌面' }), path).toBeVisible();
    await expect(page.locator('input[type=file]'), path).toHaveCount(0);
  }
  await context.close();
});

test('导入 that is pressed during the check starts after the file has passed the check', async ({ page }) => {
  await page.goto('/units/import');
  await page.waitForLoadState('networkidle');
  const release = await delayCode(page, /check-worker\.wasm/);
  await page.getByLabel(FILE_INPUT).setInputFiles(sheetWith('等候', makeUnits('等候', DEPARTMENT.name, 2)));
  const button = page.getByRole('button', { name: '导入', exact: true });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await button.dispatchEvent('click');
  await release();
  await expect(page).toHaveURL(/\/units\/import\/\d+/);
  await expect(page.getByRole('button', { name: '生成预算单位管理账号（2 个）' })).toBeVisible();
});

for (const [what, name, script, message] of [
  ['takes too long', '过久', "onmessage = ({ data }) => postMessage({ id: data.id, result: 'Started' });", '用时太长，已经停止'],
  [
    'breaks off',
    '中断',
    "onmessage = ({ data }) => { postMessage({ id: data.id, result: 'Started' }); throw new Error('out of memory'); };",
    '本机没能检查完这个表格',
  ],
]) {
  test(`a check in the browser that ${what} is ended, and the server checks the file`, async ({ page }) => {
    await page.clock.install();
    await page.route(/check-worker\.js/, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
    await page.goto('/units/import');
    await page.waitForLoadState('networkidle');
    await page.getByLabel(FILE_INPUT).setInputFiles(sheetWith(name!, makeUnits(name!, DEPARTMENT.name, 2)));
    await expect(async () => {
      await page.clock.fastForward(21_000);
      await expect(page.getByText(message!)).toBeVisible({ timeout: 500 });
    }).toPass();
    const button = page.getByRole('button', { name: '导入', exact: true });
    await expect(button).not.toHaveAttribute('aria-disabled', 'true');
    await button.click();
    await expect(page).toHaveURL(/\/units\/import\/\d+/);
  });
}

test('a file that is chosen while another is checked does not wait for that check', async ({ page }) => {
  const script = `onmessage = ({ data }) => {
    postMessage({ id: data.id, result: 'Started' });
    while (data.task.Check.file.name.includes('endless'));
    postMessage({ id: data.id, result: { Refused: 'empty' } });
  };`;
  await page.route(/check-worker\.js/, (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto('/units/import');
  await page.waitForLoadState('networkidle');
  const file = (name: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(name) });
  await page.getByLabel(FILE_INPUT).setInputFiles(file('endless.xlsx'));
  await expect(page.getByText('不等了，由服务器检查')).toBeVisible({ timeout: 20_000 });
  await page.getByLabel(FILE_INPUT).setInputFiles(file('other.xlsx'));
  await expect(page.getByText('表格中没有数据').first()).toBeVisible();
});
