import { expect, test, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { DEPARTMENT, OPERATOR, OTHER_DEPARTMENT } from '../support/demo';
import { cell, choose, generate, upload } from '../support/importing';
import { signIn, type Account } from '../support/people';
import { creditCode, makeUnits, sheetWith, type Unit } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';
import { fillInUnit } from '../support/unit-form';

/** A name of almost the maximum length. */
const LONG = '样例县城乡居民基本养老保险与新型农村合作医疗统筹管理服务中心驻经济技术开发区综合便民服务大厅分中心';

async function signedIn(page: Page, account: Account): Promise<Page> {
  await signIn(page, account);
  return page;
}

/** A unit of the county that has the code first. */
async function register(page: Page, about: string): Promise<Unit> {
  const unit = makeUnits(about, DEPARTMENT.name, 1)[0]!;
  await choose(page, sheetWith(about, [unit]));
  await upload(page);
  await generate(page, 1);
  return unit;
}

/** Fills in what the link of the import has not filled in, and files the dispute. */
async function file(page: Page): Promise<void> {
  await page.getByLabel('争议理由').fill('登记证书由样例县机构编制委员会办公室颁发');
  await page.getByLabel('联系人', { exact: true }).fill('王敏');
  await page.getByLabel('联系人手机号码').fill('13812345678');
  await page.getByRole('button', { name: '提交', exact: true }).click();
  await expect(page.getByText('争议已提交，等待平台运维处理。')).toBeVisible();
}

/** The operator opens the dispute about a code. */
async function openCase(page: Page, code: string): Promise<void> {
  await page.goto('/disputes');
  // The newest dispute may be on a later page.
  while ((await page.getByRole('row').filter({ hasText: code }).count()) === 0) {
    await page.getByRole('link', { name: '下一页' }).click();
    await page.waitForURL(/at=/);
  }
  await page.getByRole('row').filter({ hasText: code }).getByRole('link').click();
  await expect(page.getByRole('heading', { name: '双方对照' })).toBeVisible();
}

test('a taken code in an import is disputed, and the operator moves its unit to the requester', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const holderPage = await signedIn(await (await browser.newContext()).newPage(), DEPARTMENT);
  const operatorPage = await signedIn(await (await browser.newContext()).newPage(), OPERATOR);
  const unit = await register(holderPage, '争议');
  await signIn(page, OTHER_DEPARTMENT);

  await test.step('the preview of the import leads to the dispute, which is filled in', async () => {
    await choose(page, sheetWith('争议', [{ ...unit, name: LONG, superior: OTHER_DEPARTMENT.name }]));
    await upload(page);
    await expect(cell(page, 'C4')).toContainText('这个代码已属于其他单位');
    await saveScreenshot(page, 'dispute-import');
    await cell(page, 'C4').getByRole('link', { name: '提出代码争议' }).click();
    await expect(page.getByLabel('统一信用代码')).toHaveValue(unit.code);
    await expect(page.getByLabel('预算单位名称', { exact: true })).toHaveValue(LONG);
    await expect(page.getByRole('combobox', { name: '上级预算单位' })).toHaveValue(OTHER_DEPARTMENT.name);
    await checkPage(page, 'dispute-new');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await expect(page.getByLabel('争议理由')).toHaveAttribute('aria-invalid', 'true');
    await saveScreenshot(page, 'dispute-new-errors');
    await file(page);
    // Nobody files it twice.
    await page.goto(`/disputes/new?credit-code=${unit.code}&name=${encodeURIComponent(LONG)}`);
    await page.waitForLoadState('networkidle');
    await page.getByLabel('争议理由').fill('登记证书在我单位');
    await page.getByLabel('联系人', { exact: true }).fill('王敏');
    await page.getByLabel('联系人手机号码').fill('13812345678');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('这个代码的争议已经提出');
    await page.goto('/disputes');
    await expect(page.getByRole('row').filter({ hasText: unit.code })).toContainText('待处理');
    await expect(page.getByRole('main')).not.toContainText(unit.name);
    await checkPage(page, 'disputes-own');
  });

  await test.step('the operator sees both sides, and cannot uphold the dispute yet', async () => {
    await operatorPage.goto('/');
    await expect(operatorPage.getByRole('listitem').filter({ hasText: '条代码争议待处理' })).toBeVisible();
    await openCase(operatorPage, unit.code);
    await expect(operatorPage.getByRole('main')).toContainText(unit.name);
    await expect(operatorPage.getByRole('main')).toContainText(LONG);
    await expect(operatorPage.getByRole('main')).not.toContainText('13812345678');
    await expect(operatorPage.getByRole('button', { name: '支持', exact: true })).toHaveAttribute('aria-disabled', 'true');
    await checkPage(operatorPage, 'dispute-case');
    await operatorPage.getByText('移到申请方的上级之下', { exact: true }).click();
    await expect(operatorPage.getByText(`把${unit.name}移到${OTHER_DEPARTMENT.name}之下？`)).toBeVisible();
    await operatorPage.getByRole('button', { name: '确定移动' }).click();
    await expect(operatorPage.getByText('修改已保存。')).toBeVisible();
    await checkPage(operatorPage, 'dispute-settled');
    await operatorPage.getByLabel('答复（选填）').fill('单位已移到你局之下');
    await operatorPage.getByRole('button', { name: '支持', exact: true }).click();
    await expect(operatorPage.getByText('已支持，申请单位会在桌面看到。')).toBeVisible();
    await checkPage(operatorPage, 'disputes-queue');
    await operatorPage.getByRole('link', { name: '已处理' }).click();
    await expect(operatorPage.getByRole('row').filter({ hasText: unit.code })).toContainText('已支持');
    await operatorPage.getByRole('row').filter({ hasText: unit.code }).getByRole('link').click();
    await expect(operatorPage.getByRole('main')).toContainText('单位已移到你局之下');
    await saveScreenshot(operatorPage, 'dispute-closed');
  });

  await test.step('the requester sees the answer and the unit, and its former superior does not', async () => {
    await page.goto('/');
    await page.getByRole('listitem').filter({ hasText: '条代码争议有了结果' }).getByRole('link').click();
    const row = page.getByRole('row').filter({ hasText: unit.code });
    await expect(row).toContainText('单位已移到你局之下');
    await row.getByRole('link', { name: '按代码查看单位' }).click();
    await expect(page.getByRole('row').getByRole('link', { name: unit.name, exact: true })).toBeVisible();
    await holderPage.goto(`/units?q=${unit.code}`);
    await expect(holderPage.getByRole('main')).not.toContainText(unit.name);
  });
});

test('a taken code in the form is disputed, and the operator corrects the holder', async ({ page, browser }) => {
  test.setTimeout(180_000);
  const unit = await register(await signedIn(await (await browser.newContext()).newPage(), DEPARTMENT), '更正');
  const operatorPage = await signedIn(await (await browser.newContext()).newPage(), OPERATOR);
  await signIn(page, OTHER_DEPARTMENT);
  await page.goto('/units/new');
  await page.waitForLoadState('networkidle');
  await fillInUnit(page, { ...unit, name: '样例县更正单位' });
  await page.getByRole('button', { name: '保存并发短信' }).click();
  await expect(page.getByLabel('统一信用代码')).toHaveAttribute('aria-invalid', 'true');
  await saveScreenshot(page, 'dispute-form');
  await page.getByRole('link', { name: '提出代码争议' }).click();
  await expect(page.getByLabel('预算单位名称', { exact: true })).toHaveValue('样例县更正单位');
  await file(page);

  await openCase(operatorPage, unit.code);
  await operatorPage.getByRole('link', { name: '更正占用单位的资料' }).click();
  await operatorPage.getByLabel('统一信用代码').fill(creditCode(`11320106N${unit.mobile.slice(3)}`));
  await operatorPage.getByRole('button', { name: '保存' }).click();
  await expect(operatorPage.getByText('修改已保存。')).toBeVisible();
  await openCase(operatorPage, unit.code);
  await expect(operatorPage.getByRole('cell', { name: '代码已空出' })).toBeVisible();
  await saveScreenshot(operatorPage, 'dispute-free');
  await operatorPage.getByRole('button', { name: '支持', exact: true }).click();
  await expect(operatorPage.getByText('已支持，申请单位会在桌面看到。')).toBeVisible();
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('a dispute is filed, withdrawn, filed again and rejected', async ({ page, browser }) => {
    test.setTimeout(180_000);
    const scripted = await browser.newContext({ javaScriptEnabled: true });
    const unit = await register(await signedIn(await scripted.newPage(), DEPARTMENT), '无脚本争议');
    const operatorPage = await signedIn(await (await browser.newContext({ javaScriptEnabled: false })).newPage(), OPERATOR);
    await signIn(page, OTHER_DEPARTMENT);
    const about = `/disputes/new?credit-code=${unit.code}&name=${encodeURIComponent('样例县无脚本单位')}`;
    await page.goto(about);
    await page.getByLabel('争议理由').fill('登记证书在我单位');
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await expect(page.getByLabel('联系人手机号码')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('争议理由')).toHaveValue('登记证书在我单位');
    await expect(page.getByLabel('统一信用代码')).toHaveValue(unit.code);
    await file(page);
    const row = page.getByRole('row').filter({ hasText: unit.code });
    await row.locator('summary').click();
    await row.getByRole('button', { name: '确定撤回' }).click();
    await expect(page.getByText('争议已撤回。')).toBeVisible();
    await expect(row).toContainText('已撤回');

    await page.goto(about);
    await file(page);
    await openCase(operatorPage, unit.code);
    await operatorPage.getByRole('button', { name: '驳回', exact: true }).click();
    await expect(operatorPage.getByLabel('驳回理由')).toHaveAttribute('aria-invalid', 'true');
    await operatorPage.getByLabel('驳回理由').fill('登记证书属于占用单位，请核对代码');
    await operatorPage.getByRole('button', { name: '驳回', exact: true }).click();
    await expect(operatorPage.getByText('已驳回，申请单位会在桌面看到。')).toBeVisible();
    await page.goto('/disputes');
    await expect(row.first()).toContainText('登记证书属于占用单位，请核对代码');
    await saveScreenshot(page, 'disputes-without-javascript');
  });
});
