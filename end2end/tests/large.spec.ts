import { expect, test } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose, upload } from '../support/importing';
import { signIn } from '../support/people';
import { newUnits } from '../support/sheet';

test('a file of 20,000 rows and more than 2 MB is checked and imported', async ({ page }) => {
  const { file } = newUnits('大表', DEPARTMENT.name, 20_000);
  // Web frameworks refuse files of this size by default.
  expect(file.buffer.length).toBeGreaterThan(2 << 20);
  await signIn(page, DEPARTMENT);
  await choose(page, file);
  await expect(page.getByText('20,000 行全部正确')).toBeVisible({ timeout: 60_000 });
  // The preview shows only one page of the rows.
  await expect(page.locator('table.sheet tbody tr')).toHaveCount(50);
  await upload(page);
  await expect(page.getByText('检查通过，可以生成。')).toBeVisible({ timeout: 60_000 });
  await expect(page.locator('nav.chips').getByRole('link', { name: /^全部/ })).toContainText('20000');
});
