import type { Page } from '@playwright/test';

/** Fills in the form of a new unit but its superior. */
export async function fillInUnit(page: Page, unit: { name: string; code: string; mobile: string }, ratio = '15'): Promise<void> {
  await page.getByLabel('预算单位名称', { exact: true }).fill(unit.name);
  await page.getByLabel('统一信用代码').fill(unit.code);
  await page.getByLabel('行政级次').selectOption('县级');
  await page.getByLabel('预算级次').selectOption('二级预算单位');
  await page.getByLabel('年度农副产品采购总额(万元)').fill('120.5');
  await page.getByLabel('拟预留比例(%)').fill(ratio);
  await page.getByLabel('联系人', { exact: true }).fill('王敏');
  await page.getByLabel('联系人手机号码').fill(unit.mobile);
}
