import { expect, test, type Page } from '@playwright/test';
import { checkPage } from '../support/check-page';
import { DEPARTMENT, OPERATOR } from '../support/demo';
import { choose, generate, upload } from '../support/importing';
import { signIn } from '../support/people';
import { makeUnits, sheetWith, type Unit } from '../support/sheet';
import { saveScreenshot } from '../support/screenshot';

const THIS_YEAR = new Date().getFullYear();
/** The next year, for which nobody has a plan yet. */
const YEAR = THIS_YEAR + 1;

/** New units below the department. */
async function register(page: Page, count: number): Promise<Unit[]> {
  const units = makeUnits('提醒', DEPARTMENT.name, count);
  await choose(page, sheetWith('提醒', units));
  await upload(page);
  await page.waitForLoadState('networkidle');
  await generate(page, count);
  return units;
}

/** Opens the list of units that have not filed, with this one unit. */
async function findUnfiled(page: Page, unit: Unit): Promise<void> {
  await page.goto(`/plans?year=${YEAR}&state=not-filed&q=${encodeURIComponent(unit.name)}`);
  await expect(page.getByRole('checkbox', { name: `选择${unit.name}` })).toBeVisible();
  await page.waitForLoadState('networkidle');
}

test('a superior reminds units that have not filed, each once', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page, DEPARTMENT);
  const [first, second] = (await register(page, 2)) as [Unit, Unit];

  await test.step('the list leads to the preview, which has sent nothing yet', async () => {
    await findUnfiled(page, first);
    await checkPage(page, 'reminders-list');
    await findUnfiled(page, first);
    await page.getByRole('button', { name: '提醒所选单位' }).click();
    await expect(page.getByText('还没有选择单位。')).toBeVisible();
    await page.getByRole('link', { name: '返回列表' }).click();
    await page.getByRole('checkbox', { name: `选择${first.name}` }).check();
    await page.getByRole('button', { name: '提醒所选单位' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '短信提醒' })).toBeVisible();
    await expect(page.getByText(`${first.name}：${YEAR} 年度预留份额填报`)).toBeVisible();
    await checkPage(page, 'reminders-preview');
  });

  await test.step('it is sent, counted, and not sent a second time', async () => {
    await page.getByRole('button', { name: '发送提醒' }).click();
    await expect(page.getByText('已提醒 1 个单位。')).toBeVisible();
    await expect(page.getByText(/天内已提醒过/)).toBeVisible();
    await expect(page.getByText('现在没有可以提醒的单位。')).toBeVisible();
    await expect(page.getByRole('button', { name: '发送提醒' })).toHaveCount(0);
    await checkPage(page, 'reminders-sent');
  });

  await test.step('of two units the one that was reminded is left out', async () => {
    const units = `unit=${await idOf(page, first)}&unit=${await idOf(page, second)}`;
    await page.goto(`/plans/remind?year=${YEAR}&state=not-filed&chosen=yes&${units}`);
    await page.waitForLoadState('networkidle');
    await page.getByRole('button', { name: '发送提醒' }).click();
    await expect(page.getByText('已提醒 1 个单位，1 个单位没有发送。')).toBeVisible();
  });

  await test.step('the history of the unit has it, and the contact gets the SMS', async () => {
    await page.goto(`/units/${await idOf(page, first)}`);
    await expect(page.getByText('短信提醒填报预留份额')).toBeVisible();
    await expect(page.getByText('填报提醒')).toBeVisible();
    const sms = page.getByText(`${first.name}：${YEAR} 年度预留份额填报`);
    await expect(async () => {
      await page.goto(`/demo/sms?q=${first.mobile}`);
      await expect(sms).toHaveCount(1, { timeout: 1_000 });
    }).toPass();
  });
});

/** The id of a unit, from the list of plans. */
async function idOf(page: Page, unit: Unit): Promise<string> {
  await findUnfiled(page, unit);
  return page.getByRole('checkbox', { name: `选择${unit.name}` }).inputValue();
}

test('a reminder works without JavaScript', async ({ browser }, info) => {
  const context = await browser.newContext({ ...info.project.use, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, DEPARTMENT);
  await page.goto(`/plans?year=${YEAR}&state=not-filed`);
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: '提醒所选单位' }).click();
  await expect(page.getByRole('heading', { name: '发送范围' })).toBeVisible();
  await context.close();
});

test('the operator reminds nobody', async ({ page }) => {
  await signIn(page, OPERATOR);
  await page.goto(`/plans?year=${YEAR}&state=not-filed`);
  await expect(page.getByRole('heading', { level: 1, name: '预留份额审核' })).toBeVisible();
  await expect(page.getByRole('button', { name: '提醒所选单位' })).toHaveCount(0);
});

test('the deadline stands on the pages', async ({ page }) => {
  await signIn(page, DEPARTMENT);
  await page.goto(`/plans?year=${YEAR}`);
  await expect(page.getByText(/截止，(距截止|已逾期) [\d,]+ 天/)).toBeVisible();
  await page.goto(`/plan?year=${YEAR}`);
  await expect(page.getByText(/截止，(距截止|已逾期) [\d,]+ 天/)).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await saveScreenshot(page, 'desktop-deadline');
});
