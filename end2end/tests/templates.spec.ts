import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose } from '../support/importing';
import { signIn } from '../support/people';

for (const [template, title] of [
  ['units', '预算单位采购贫困地区农副产品预留份额情况表'],
  ['purchasers', '采购人交易账号开通填报表'],
] as const) {
  for (const kind of ['.xls', '.xlsx']) {
    test(`a downloaded template of ${template} ${kind} is recognised and is empty`, async ({ page }) => {
      await signIn(page, DEPARTMENT);
      await page.goto(`/${template}/import`);
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: `下载模板 ${kind}`, exact: true }).first().click();
      const file = await download;
      expect(file.suggestedFilename()).toBe(`${title}${kind}`);
      await choose(page, await file.path(), template);
      await expect(page.locator('[data-refusal]')).toHaveAttribute('data-refusal', 'empty');
    });
  }
}
