import { expect, type Locator, type Page } from '@playwright/test';
import { choose, generate, upload } from './importing';
import { activate, readAccountSms, trySignIn } from './people';
import { makeUnits, sheetWith, type Unit } from './sheet';

const PASSWORD = 'qinglv-shanshui-38';

/** A new unit below the unit that is signed in on `superior`. It is signed in on `page` afterwards. */
export async function newUnit(superior: Page, superiorName: string, page: Page, about: string): Promise<Unit> {
  const unit = makeUnits(about, superiorName, 1)[0]!;
  await choose(superior, sheetWith(about, [unit]));
  await upload(superior);
  await superior.waitForLoadState('networkidle');
  await generate(superior, 1);
  const { login, password } = await readAccountSms(page, unit.mobile);
  await trySignIn(page, login, password);
  await activate(page, password, PASSWORD);
  return unit;
}

/** The row of a unit in the list of plans. */
export async function findPlan(page: Page, unit: Unit): Promise<Locator> {
  await page.goto(`/plans?q=${encodeURIComponent(unit.name)}`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: unit.name }) }).first();
  await expect(row).toBeVisible();
  await page.waitForLoadState('networkidle');
  return row;
}

/** Returns the plan of a unit with a reason. */
export async function returnPlan(page: Page, unit: Unit, reason: string): Promise<void> {
  const row = await findPlan(page, unit);
  await row.getByRole('checkbox').check();
  const bar = page.getByRole('group', { name: '审核所选' });
  await bar.locator('summary').click();
  await bar.getByLabel('退回原因').fill(reason);
  await bar.getByRole('button', { name: '退回' }).click();
  await expect(page.getByText('已处理 1 个单位。')).toBeVisible();
}

/** Approves the plan of a unit on its page, which is open. */
export async function approvePlan(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: '审核通过' }).click();
  await expect(page.getByText('已审核通过。')).toBeVisible();
}

/** Confirms and locks the plans of the subtree. */
export async function confirmPlans(page: Page): Promise<void> {
  await page.goto('/plans');
  await page.waitForLoadState('networkidle');
  const confirming = page.getByRole('region', { name: '确认汇总' });
  await confirming.locator('summary').click();
  await confirming.getByRole('button', { name: '确认并锁定' }).click();
  await expect(page.getByText('汇总已确认，预留份额已锁定。')).toBeVisible();
}
