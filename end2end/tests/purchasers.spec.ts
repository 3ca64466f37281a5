import { expect, test, type Locator, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { OTHER_DEPARTMENT, OPERATOR } from '../support/demo';
import { choose, generate, upload } from '../support/importing';
import { activate, changeInitialPassword, signIn, readAccountSms } from '../support/people';
import { makeUnits, rowsOf, sample, sheetWith, sampleWithCell } from '../support/sheet';

const PASSWORD = '青菜豆腐 8 里春风';

/** The purchasers of the sample: name, code, unit and mobile number. */
const PURCHASERS = rowsOf(sample('purchasers-valid.xls'))
  .slice(3)
  .map((row) => ({ name: row[1]!, code: row[2]!, unit: row[4]!, mobile: row[6]! }));

/** A new unit of the other department, and below it the units of the purchasers in the sample. */
const unit = makeUnits('采购', OTHER_DEPARTMENT.name, 1)[0]!;
const below = makeUnits('采购', unit.name, PURCHASERS.length).map((belowUnit, index) => ({ ...belowUnit, name: PURCHASERS[index]!.unit }));
const purchaser = PURCHASERS[1]!;

/** The certification that the portal shows. */
const certificationState = (page: Page, word: string): Locator => page.locator('.trade-state .badge').filter({ hasText: word });

async function search(page: Page, name: string): Promise<void> {
  await page.goto(`/purchasers?q=${encodeURIComponent(name)}`);
}

/** Opens a purchaser's page from the list. */
async function open(page: Page, name: string): Promise<void> {
  await search(page, name);
  await page.getByRole('row').getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

test('a generated unit issues trading accounts, and a purchaser activates its account, is returned once and then certified', async ({ page, browser }) => {
  test.setTimeout(300_000);

  await test.step('a finance department generates the unit, and the unit signs in', async () => {
    await signIn(page, OTHER_DEPARTMENT);
    await choose(page, sheetWith('采购', [unit, ...below]));
    await upload(page);
    await generate(page, 1 + below.length);
    await page.getByRole('button', { name: '注销' }).click();
    const { login, password } = await readAccountSms(page, unit.mobile);
    await signIn(page, { name: unit.name, login, password });
    await activate(page, password, PASSWORD);
  });

  await test.step('the unit imports its purchasers and generates their accounts', async () => {
    await page.goto('/');
    await expect(page.getByRole('heading', { name: '为采购人开通交易账号' })).toBeVisible();
    await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '采购人导入' }).click();
    await expect(page.getByRole('heading', { name: '采购人导入', level: 1 })).toBeVisible();
    await checkPage(page, 'purchasers-import');
    await choose(page, sampleWithCell('purchasers-valid.xlsx', 'G4', '12345'), 'purchasers');
    await upload(page, '带着错误导入');
    const entry = (name: string): Locator => page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name });
    await expect(entry('采购人导入')).toContainText(/\d+ 行有错误/);
    await expect(entry('预算单位导入')).not.toContainText('行有错误');
    await choose(page, sample('purchasers-valid.xls'), 'purchasers');
    await expect(page.getByText(`${PURCHASERS.length} 行全部正确`)).toBeVisible();
    await upload(page);
    await expect(page).toHaveURL(/\/purchasers\/import\/\d+/);
    await checkPage(page, 'purchasers-batch');
    await generate(page, PURCHASERS.length, 'purchasers');
    await page.getByRole('link', { name: '去采购人列表' }).click();
    await expect(page.getByText(`共 ${PURCHASERS.length} 个采购人`)).toBeVisible();
    await checkPage(page, 'purchasers');
    await open(page, purchaser.name);
    await expect(page.getByRole('main')).toContainText(purchaser.code);
    await expect(page.getByRole('main')).not.toContainText(purchaser.mobile);
    await expect(page.getByRole('link', { name: purchaser.unit })).toBeVisible();
    await checkPage(page, 'purchaser');
  });
  const address = page.url();

  const purchaserPage = await (await browser.newContext()).newPage();
  await test.step('a purchaser signs in at the portal, changes its password, completes its data and submits it', async () => {
    const { login, password } = await readAccountSms(purchaserPage, purchaser.mobile, 'JY');
    await purchaserPage.goto('/trade/signin');
    await purchaserPage.getByLabel('登录账号', { exact: true }).fill(login);
    await purchaserPage.getByLabel('密码', { exact: true }).fill(password);
    await purchaserPage.getByRole('button', { name: '登录', exact: true }).click();
    await changeInitialPassword(purchaserPage, password, PASSWORD);
    await expect(purchaserPage).toHaveURL(/\/trade\/complete/);
    for (const [label, text] of [
      ['单位地址', '样例县人民路 1 号'],
      ['收货地址', '样例县人民路 1 号后门'],
      ['发票抬头', purchaser.name],
      ['纳税人识别号', purchaser.code],
    ] as const) {
      await purchaserPage.getByLabel(label, { exact: true }).fill(text);
    }
    await purchaserPage.getByRole('button', { name: '保存并继续' }).click();
    await purchaserPage.getByRole('button', { name: '提交认证' }).click();
    await expect(certificationState(purchaserPage, '待审核')).toBeVisible();
  });

  const operatorPage = await (await browser.newContext()).newPage();
  const decide = async (button: string): Promise<void> => {
    await operatorPage.goto('/certification');
    await operatorPage.getByRole('link', { name: purchaser.name }).click();
    if (button === '退回') await operatorPage.getByLabel('退回原因').fill('收货地址请写明楼层');
    await operatorPage.getByRole('button', { name: button }).click();
    await expect(operatorPage).toHaveURL(/done=/);
  };
  await test.step('the operator returns the data, the purchaser corrects it, and the operator certifies the purchaser', async () => {
    await signIn(operatorPage, OPERATOR);
    await decide('退回');
    await page.goto(address);
    await expect(page.locator('.facts').getByText('退回原因：收货地址请写明楼层')).toBeVisible();
    await purchaserPage.goto('/trade');
    await expect(purchaserPage.getByText('退回原因：收货地址请写明楼层')).toBeVisible();
    await purchaserPage.getByRole('link', { name: '去修改' }).click();
    await purchaserPage.getByLabel('收货地址', { exact: true }).fill('样例县人民路 1 号后门一楼');
    await purchaserPage.getByRole('button', { name: '保存' }).click();
    await purchaserPage.getByRole('button', { name: '重新提交认证' }).click();
    await expect(certificationState(purchaserPage, '待审核')).toBeVisible();
    await decide('通过认证');
    await purchaserPage.goto('/trade');
    await expect(certificationState(purchaserPage, '已认证')).toBeVisible();
    await page.goto('/purchasers?certification=certified');
    await expect(page.getByText('找到 1 个采购人')).toBeVisible();
    await page.goto(address);
    await expect(page.getByText('样例县人民路 1 号后门一楼').first()).toBeVisible();
    await checkPage(page, 'purchaser-certified');
  });

  await test.step('a purchaser is added by hand, edited, moved, disabled, enabled, given a new password and deleted', async () => {
    const added = makeUnits('手工采购人', unit.name, 1)[0]!;
    await page.goto('/purchasers');
    await page.getByRole('link', { name: '新增' }).click();
    await expect(page.getByRole('combobox', { name: '所属预算单位' })).toHaveValue(unit.name);
    await page.waitForLoadState('networkidle');
    await page.getByRole('button', { name: '保存并发短信' }).click();
    await expect(page.locator('[aria-invalid=true]').first()).toBeFocused();
    await page.getByLabel('采购人名称').fill(added.name);
    await page.getByLabel('统一信用代码').fill(added.code);
    await page.getByLabel('采购人类型').selectOption('食堂承包方');
    await page.getByLabel('联系人', { exact: true }).fill('王敏');
    await page.getByLabel('联系人手机号码').fill(added.mobile);
    await page.getByRole('button', { name: '保存并发短信' }).click();
    await expect(page.getByText('采购人已新增，账号短信正在发送。')).toBeVisible();

    await page.getByRole('link', { name: '编辑' }).click();
    await checkPage(page, 'purchaser-edit');
    const field = page.getByRole('combobox', { name: '所属预算单位' });
    await field.fill(purchaser.unit);
    await page.getByRole('option', { name: purchaser.unit }).first().click();
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(page.getByText('修改已保存。')).toBeVisible();
    await expect(page.locator('.facts').first()).toContainText(purchaser.unit);
    await expect(page.locator('.trail-changes').first()).toContainText(purchaser.unit);

    await page.getByRole('button', { name: '停用账号' }).click();
    await expect(page.getByText('账号已停用。')).toBeVisible();
    await page.getByRole('button', { name: '启用账号' }).click();
    await expect(page.getByText('账号已启用。')).toBeVisible();
    await page.getByRole('button', { name: '重新发送账号短信' }).click();
    await expect(page.getByText('账号短信正在重新发送。')).toBeVisible();
    await page.getByRole('link', { name: '重置密码' }).click();
    await expect(page.getByRole('heading', { name: '重置密码', level: 1 })).toBeVisible();
    await checkPage(page, 'purchaser-reset');
    await page.getByLabel('您自己的登录密码').fill(PASSWORD);
    await page.getByRole('button', { name: '重置密码' }).click();
    await expect(page.getByText('密码已重置，短信正在通知联系人。下次登录须修改密码。')).toBeVisible();

    await page.locator('summary.card-head').click();
    await page.locator('summary.button', { hasText: '删除采购人' }).click();
    await page.getByRole('button', { name: '确认删除' }).click();
    await expect(page.getByText('采购人已删除。')).toBeVisible();
    await search(page, added.name);
    await expect(page.getByText('没有符合条件的采购人')).toBeVisible();
  });

  await test.step('the list of one unit names the unit, and the list without it shows all purchasers', async () => {
    await open(page, purchaser.name);
    await page.getByRole('link', { name: purchaser.unit }).click();
    await page.getByRole('link', { name: '看采购人' }).click();
    await expect(page).toHaveURL(/\/purchasers\?unit=\d+$/);
    await expect(page.getByText('找到 1 个采购人')).toBeVisible();
    await page.getByRole('link', { name: `${purchaser.unit}及下级` }).click();
    await expect(page).toHaveURL(/\/purchasers$/);
    await expect(page.getByText(`共 ${PURCHASERS.length} 个采购人`)).toBeVisible();
  });

  await test.step('the selected purchasers are exported and get a new SMS, and purchasers whose SMS was sent recently are named', async () => {
    const boxes = page.getByRole('checkbox', { name: /^选择/ });
    await expect(page.getByText('未选采购人')).toBeVisible();
    for (const box of [2, 3]) await boxes.nth(box).check();
    await expect(page.getByText('已选 2 个')).toBeVisible();
    await checkPage(page, 'purchasers-chosen');
    for (const box of [2, 3]) await boxes.nth(box).check();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '导出所选' }).click();
    const rows = rowsOf((await (await download).path()) ?? '');
    const names = PURCHASERS.map(({ name }) => name);
    expect(rows.filter((cells) => cells.some((cell) => names.includes(cell)))).toHaveLength(2);
    const resend = page.locator('summary', { hasText: '重新发送账号短信' });
    await resend.click();
    await page.getByRole('button', { name: '确认发送' }).click();
    await expect(page.getByText('已向 2 个采购人重新发送账号短信。')).toBeVisible();
    await resend.click();
    await page.getByRole('button', { name: '确认发送' }).click();
    await expect(page.getByText('2 个采购人的短信没有发送')).toBeVisible();
    await expect(page.getByText(/秒后再发/)).toHaveCount(2);
  });

  await test.step('the list is exported', async () => {
    await page.goto('/purchasers');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('采购人列表.xlsx');
    const text = rowsOf((await file.path()) ?? '').flat().join('\n');
    for (const { name } of PURCHASERS) expect(text).toContain(name);
  });
});
