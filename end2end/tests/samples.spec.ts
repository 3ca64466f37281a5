import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { DEPARTMENT } from '../support/demo';
import { choose } from '../support/importing';
import { signIn } from '../support/people';
import { expected, sample, type Expected } from '../support/sheet';

/** The columns of the units template by letter. Findings name columns by their headers. */
const UNITS_HEADER: Record<string, string> = {
  B: '*预算单位名称',
  C: '*预算单位统一信用代码',
  D: '*上级预算单位名称',
  E: '*行政级次',
  F: '*预算级次',
  G: '*年度农副产品采购总额(万元)',
  H: '*拟预留比例(%)',
  I: '预留份额(万元)',
  J: '*联系人',
  K: '*联系人手机号码',
  L: '备注',
};

/** The codes of infos, which are not listed as expected findings. */
const INFO_CODES = ['normalized', 'update', 'unchanged'];

/** Every finding that the page shows, read from its cells. */
async function findings(page: Page): Promise<Expected[]> {
  const cells = await page.locator('table.sheet td[data-cell]').evaluateAll((elements) =>
    elements.map((element) => ({
      cell: element.getAttribute('data-cell') ?? '',
      code: element.getAttribute('data-code') ?? '',
    })),
  );
  return cells
    .filter(({ code }) => !INFO_CODES.includes(code))
    .map(({ cell, code }) => {
      const [, letter = '', row = ''] = /^([A-Z])(\d+)$/.exec(cell) ?? [];
      return { row: Number(row), column: UNITS_HEADER[letter] ?? cell, code };
    });
}

/** Collects the uploads. A file must not leave the browser before the user imports it. */
function collectUploads(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname === '/units/import') sent.push(request.url());
  });
  return sent;
}

test.beforeEach(async ({ page }) => {
  await signIn(page, DEPARTMENT);
});

for (const [name, findingsOf] of Object.entries(expected)) {
  if (name.startsWith('purchasers-')) continue;
  test(`the browser finds the expected findings in ${name}`, async ({ page }) => {
    const sent = collectUploads(page);
    await choose(page, sample(name));
    const submit = page.getByRole('button', { name: /导入/, exact: false }).last();
    if (typeof findingsOf === 'string') {
      await expect(page.getByRole('alert')).toContainText('这个文件不能导入');
      await expect(page.locator(`[data-refusal]`)).toHaveAttribute('data-refusal', findingsOf);
      // A refused file is not uploaded even if the user presses the disabled button.
      await expect(submit).toHaveAttribute('aria-disabled', 'true');
      await submit.click({ force: true });
      await submit.press('Enter');
      await expect(page).toHaveURL(/\/units\/import$/);
    } else {
      await page.locator('nav.chips').getByRole('link', { name: /^全部/ }).click();
      await expect(page).toHaveURL(/state=all/);
      await expect(page.locator('table.sheet tbody tr').first()).toBeVisible();
      await expect.poll(() => findings(page)).toEqual(findingsOf);
    }
    expect(sent).toEqual([]);
  });
}

// The messages of domain/src/check_messages.rs.
type CheckResult = {
  Checked?: { summary: { counts: { error: number; warning: number; correct: number } } };
  Refused?: unknown;
};

// This page imports units only, but its worker can check both templates.
for (const [name, findingsOf] of Object.entries(expected).filter(([name]) => name.startsWith('purchasers-'))) {
  test(`the browser's worker finds the expected findings in ${name}`, async ({ page }) => {
    await page.goto('/units/import');
    const bytes = readFileSync(sample(name)).toString('base64');
    const result = await page.evaluate(async ({ name, bytes }) => {
      const file = new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name);
      const settings = JSON.parse(document.body.dataset.settings!);
      const worker = new Worker('/pkg/check-worker.js', { type: 'module' });
      const answer = new Promise<{ result: CheckResult }>((resolve, reject) => {
        worker.onmessage = ({ data }) => { if (data.result !== 'Started') resolve(data); };
        worker.onerror = (event) => reject(new Error(event.message));
      });
      worker.postMessage({ id: 1, task: { Check: { template: 'purchasers', settings, file } } });
      const { result } = await answer;
      worker.terminate();
      return result;
    }, { name, bytes });
    expect(result.Refused).toBeUndefined();
    const { counts } = result.Checked!.summary;
    expect(counts.error + counts.warning).toBe(findingsOf.length);
    expect(counts.correct).toBeGreaterThan(0);
  });
}
