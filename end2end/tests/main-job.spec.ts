import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { cell, choose, generate, generated, upload } from '../support/importing';
import { signIn, signOut, readAccountSms } from '../support/people';
import { expected, rowsOf, sample, unitsOf, type Expected } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';

test('the main job: from a sheet with errors to a new unit that has signed in', async ({ page }) => {
  test.setTimeout(240_000);
  const units = unitsOf(sample('units-valid.xls'));
  const contact = units[0]!;
  const findings = expected['units-errors.xls'] as Expected[];
  const faultyRows = new Set(findings.filter(({ code }) => code !== 'ratio-below-policy').map(({ row }) => row)).size;

  await test.step('a finance department signs in', async () => {
    await signIn(page, DEPARTMENT);
    await saveScreenshot(page, 'desktop');
    await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: /^预算单位导入/ }).click();
    await expect(page.getByRole('heading', { name: '预算单位导入', level: 1 })).toBeVisible();
    await saveScreenshot(page, 'import-start');
  });

  await test.step('the errors of a sheet are shown at their cells before the upload', async () => {
    await choose(page, sample('units-errors.xls'));
    await expect(page.getByRole('heading', { name: `${faultyRows} 行有错误，改好后重新上传即可` })).toBeVisible();
    await expect(cell(page, 'C18')).toHaveAttribute('data-code', 'credit-code-charset');
    await expect(cell(page, 'C18')).toContainText('C18');
    await expect(cell(page, 'K19')).toHaveAttribute('data-code', 'mobile-format');
    await saveScreenshot(page, 'errors-local');
  });

  await test.step('after the upload, the server finds the same errors and nothing can be generated', async () => {
    await upload(page, '带着错误导入');
    await expect(cell(page, 'C18')).toHaveAttribute('data-code', 'credit-code-charset');
    await expect(page.getByText(/^还不能生成：/)).toBeVisible();
    await expect(page.getByRole('button', { name: /^生成预算单位管理账号/ })).toHaveAttribute('aria-disabled', 'true');
    await saveScreenshot(page, 'errors-batch');
    // A line of the summary filters the rows by its kind of error.
    await page.getByRole('alert').getByRole('link', { name: /手机号码/ }).first().click();
    await expect(page).toHaveURL(/code=mobile-format/);
    await expect(page.locator('table.sheet tbody tr')).toHaveCount(1);
  });

  await test.step('the corrected sheet has no errors', async () => {
    await choose(page, sample('units-valid.xls'));
    await expect(page.getByText('25 行全部正确')).toBeVisible();
    await upload(page);
    await expect(page.getByText('检查通过，可以生成。')).toBeVisible();
    await saveScreenshot(page, 'valid-batch');
  });

  await test.step('the accounts are generated, and the result is still there after a reload', async () => {
    await generate(page, units.length);
    await page.reload();
    await generated(page, units.length);
    await expect(page.locator('table.sheet tr[data-state="generated"]')).toHaveCount(units.length);
    await saveScreenshot(page, 'generated');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载账号清单' }).click();
    const rows = rowsOf((await (await download).path()) ?? '');
    const text = rows.flat().join('\n');
    expect(text).toContain(contact.name);
    expect(text.match(/GL\d{8}/g)).toHaveLength(units.length);
    expect(text).not.toContain(contact.mobile);
  });

  await test.step('the new units are in the list', async () => {
    await page.getByRole('link', { name: '去预算单位列表' }).click();
    await expect(page).toHaveURL(/\/units$/);
    await page.getByRole('searchbox').fill(contact.name);
    await page.getByRole('searchbox').press('Enter');
    await expect(page.getByText('找到 1 个单位')).toBeVisible();
    await expect(page.getByRole('main')).toContainText('未激活');
    await saveScreenshot(page, 'list');
    await page.getByRole('link', { name: contact.name }).first().click();
    await expect(page.getByRole('heading', { name: contact.name, level: 1 })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(contact.code);
    await expect(page.getByRole('main')).not.toContainText(contact.mobile);
    await saveScreenshot(page, 'detail');
    await signOut(page);
  });

  await test.step('the contact reads the SMS, signs in, changes the password and completes the data', async () => {
    const { login, password } = await readAccountSms(page, contact.mobile);
    await saveScreenshot(page, 'sms');
    await signIn(page, { name: contact.name, login, password });
    await expect(page).toHaveURL(/\/password/);
    // No other page opens before the password is changed.
    await page.goto('/units');
    await expect(page).toHaveURL(/\/password/);
    await saveScreenshot(page, 'first-password');

    const chosen = '青菜豆腐 8 里春风';
    await page.getByLabel('短信里的密码', { exact: true }).fill(password);
    await page.getByLabel('新密码', { exact: true }).fill(login.toLowerCase() + '88');
    await page.getByLabel('再输入一次新密码', { exact: true }).fill(login.toLowerCase() + '88');
    await page.getByRole('button', { name: '修改密码' }).click();
    await expect(page.getByLabel('新密码', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await page.getByLabel('短信里的密码', { exact: true }).fill(password);
    await page.getByLabel('新密码', { exact: true }).fill(chosen);
    await expect(page.getByText(/^强度：/)).toBeVisible();
    await page.getByLabel('再输入一次新密码', { exact: true }).fill(chosen);
    await page.getByRole('button', { name: '修改密码' }).click();

    await expect(page).toHaveURL(/\/profile\/complete/);
    await expect(page.getByLabel('行政级次', { exact: true })).toHaveValue(/.+/);
    await saveScreenshot(page, 'complete');
    await page.getByLabel('联系人', { exact: true }).fill('');
    await page.getByRole('button', { name: '保存并继续' }).click();
    await expect(page.getByLabel('联系人', { exact: true })).toHaveAttribute('aria-invalid', 'true');
    await page.getByLabel('联系人', { exact: true }).fill('王敏');
    await page.getByLabel('联系人手机号码', { exact: true }).fill(contact.mobile);
    await page.getByRole('button', { name: '保存并继续' }).click();
    await expect(page).not.toHaveURL(/\/profile\/complete/);

    // The initial password is no longer valid.
    await signOut(page);
    await page.getByLabel('登录账号', { exact: true }).fill(login);
    await page.getByLabel('密码', { exact: true }).fill(password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await signIn(page, { name: contact.name, login, password: chosen });
  });

  await test.step('the new unit has no subordinate units', async () => {
    await page.goto('/units');
    await expect(page.getByText('还没有下级预算单位')).toBeVisible();
    await saveScreenshot(page, 'empty-subtree');
  });
});
