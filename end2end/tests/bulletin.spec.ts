import { readFileSync } from 'node:fs';
import { expect, test, type Download, type Page } from '@playwright/test';
import * as XLSX from 'xlsx';
import { checkPage } from '../support/check-page';
import { DEPARTMENT, OTHER_DEPARTMENT } from '../support/demo';
import { signIn } from '../support/people';
import { saveScreenshot } from '../support/screenshot';

/** The texts of the paragraphs of a .docx, read by others than its writer: SheetJS unpacks it, the browser parses it. */
async function paragraphsOf(page: Page, download: Download): Promise<string[]> {
  const archive = XLSX.CFB.read(readFileSync(await download.path()), { type: 'buffer' });
  const entry = XLSX.CFB.find(archive, '/word/document.xml');
  const xml = Buffer.from(entry?.content as Uint8Array).toString('utf8');
  return page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'application/xml');
    const fault = document.querySelector('parsererror');
    if (fault) throw new Error(fault.textContent ?? 'no XML');
    const word = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
    return [...document.getElementsByTagNameNS(word, 'p')].map((paragraph) => paragraph.textContent ?? '');
  }, xml);
}

async function download(page: Page, button: string): Promise<Download> {
  const downloaded = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  return downloaded;
}

/** The 已完成 of the whole scope in the table of the page. */
const completed = async (page: Page): Promise<string> => {
  const heads = await page.locator('.bulletin-table').first().locator('thead th').allInnerTexts();
  const cells = await page.locator('.bulletin-table').first().locator('.report-total').locator('th, td').allInnerTexts();
  return (cells[heads.findIndex((head) => head.trim() === '已完成' || head.trim() === 'Completed')] ?? '').trim();
};

test('a finance department edits the bulletin and takes it along', async ({ page }) => {
  test.setTimeout(180_000);
  await signIn(page, OTHER_DEPARTMENT);

  await test.step('the menu leads to the draft of the last month that is over', async () => {
    await page.goto('/');
    const menu = page.getByRole('navigation', { name: '菜单' });
    await expect(menu.getByRole('list', { name: '统计报表' }).getByRole('link')).toHaveText([
      '采购执行情况', '预留份额汇总', '填报情况', '账号开通及激活', '未预留、零采购名单', '月度通报',
    ]);
    await menu.getByRole('link', { name: '月度通报' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '月度通报' })).toBeVisible();
    await page.waitForLoadState('networkidle');
    await expect(page.getByLabel('标题')).toHaveValue(/^样例县财政局关于\d{4}年.*情况的通报$/);
    await expect(page.getByLabel('总体情况')).toHaveValue(/已完成（.*）[\d,.]+万元/);
    await expect(page.getByLabel('总体情况')).toHaveValue(new RegExp((await completed(page)).replaceAll('.', '\\.')));
    await expect(page.locator('.bulletin-table')).toHaveCount(4);
    await checkPage(page, 'bulletin');
  });

  await test.step('edits outlive a reload and are in the document', async () => {
    await page.getByLabel('结语').fill('特此通报，<请> & 遵照"执行"。');
    await page.getByLabel('采购结构').fill('');
    await page.reload();
    await expect(page.getByRole('status').filter({ hasText: '已恢复' })).toBeVisible();
    await expect(page.getByLabel('结语')).toHaveValue('特此通报，<请> & 遵照"执行"。');
    const file = await download(page, '下载 .docx');
    expect(file.suggestedFilename()).toMatch(/^采购情况通报-\d{4}-\d\d\.docx$/);
    const paragraphs = await paragraphsOf(page, file);
    expect(paragraphs[0]).toMatch(/^样例县财政局关于\d{4}年.*情况的通报$/);
    expect(paragraphs).toContain('特此通报，<请> & 遵照"执行"。');
    // The emptied section is gone with its tables, and the next one has its number.
    expect(paragraphs.join('\n')).not.toContain('采购结构');
    expect(paragraphs.join('\n')).not.toContain('产品类别统计表');
    expect(paragraphs).toContain('三、存在的问题');
    // The figures of its table are those of the page.
    const total = paragraphs.indexOf('合计');
    expect(paragraphs.slice(total, total + 9)).toContain(await completed(page));
  });

  await test.step('the spreadsheet has the text and the tables', async () => {
    const file = await download(page, '下载 .xlsx');
    expect(file.suggestedFilename()).toMatch(/^采购情况通报-\d{4}-\d\d\.xlsx$/);
    const book = XLSX.readFile(await file.path());
    expect(book.SheetNames).toEqual(['通报', '采购执行情况', '未预留及零采购']);
    const lines = XLSX.utils.sheet_to_json<string[]>(book.Sheets['通报']!, { header: 1 }).flat();
    expect(lines).toContain('特此通报，<请> & 遵照"执行"。');
    const rows = XLSX.utils.sheet_to_json<string[]>(book.Sheets['采购执行情况']!, { header: 1, raw: false });
    expect(rows.find((cells) => cells[0] === '合计')).toContain(await completed(page));
  });

  await test.step('the print view is A4 and has the edits', async () => {
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: '打印版' }).click();
    const paper = await opened;
    await expect(paper.getByText('特此通报，<请> & 遵照"执行"。')).toBeVisible();
    await expect(paper.getByRole('heading', { level: 2, name: '三、存在的问题' })).toBeVisible();
    await expect(paper.getByRole('table')).toHaveCount(2);
    await saveScreenshot(paper, 'bulletin-paper');
    await paper.emulateMedia({ media: 'print' });
    // The width between the margins of A4.
    await paper.setViewportSize({ width: 590, height: 900 });
    await expect(paper.getByText('用浏览器的')).toBeHidden();
    const wide = await paper.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await saveScreenshot(paper, 'bulletin-print');
    await paper.close();
  });

  await test.step('the draft of the system comes back, and another month opens', async () => {
    await page.getByRole('button', { name: '恢复系统草稿' }).click();
    await expect(page.getByLabel('结语')).toHaveValue('特此通报。');
    await page.getByLabel('截至月份').selectOption({ index: 1 });
    await page.getByRole('button', { name: '查看' }).click();
    await expect(page).toHaveURL(/month=\d{4}-\d\d/);
    const month = new URL(page.url()).searchParams.get('month');
    await expect(page.locator('input[name=month]')).toHaveValue(month ?? '');
  });

  await test.step('the English bulletin is a document too', async () => {
    await page.context().addCookies([{ name: 'lang', value: 'en', url: new URL(page.url()).origin }]);
    await page.goto('/statistics/bulletin');
    await expect(page.getByLabel('Title')).toHaveValue(/^Notice on the purchases/);
    const file = await download(page, 'Download .docx');
    expect(file.suggestedFilename()).toMatch(/^bulletin-\d{4}-\d\d\.docx$/);
    const paragraphs = await paragraphsOf(page, file);
    expect(paragraphs).toContain('1. Overall situation');
    expect(paragraphs.join('\n')).not.toMatch(/通报|万元/);
  });
});

test('a bulletin is edited and downloaded without JavaScript', async ({ page, browser }) => {
  await signIn(page, DEPARTMENT);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto('/statistics/bulletin');
  await plain.getByLabel('标题').fill('关于改过的标题的通报');
  const paragraphs = await paragraphsOf(page, await download(plain, '下载 .docx'));
  expect(paragraphs[0]).toBe('关于改过的标题的通报');
  expect(paragraphs.join('\n')).not.toContain('样例县');
});

test('the lists of units without a share and without purchases are read, printed and exported', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, OTHER_DEPARTMENT);
  await page.goto('/statistics/concerns');
  const figure = page.locator('.report-total').getByRole('link').last();
  await expect(figure).toBeVisible();
  await checkPage(page, 'report-concerns');
  await page.goto('/statistics/zero-purchases');
  await expect(page.locator('.report-table').getByRole('link', { name: '样例县北岭乡人民政府' })).toBeVisible();
  await checkPage(page, 'report-zero-purchases');
  const downloaded = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出 .xlsx' }).click();
  const file = await downloaded;
  const text = XLSX.utils.sheet_to_csv(Object.values(XLSX.readFile(await file.path()).Sheets)[0]!);
  expect(text).toContain('样例县北岭乡人民政府');
  await page.goto('/statistics/not-reserved');
  await expect(page.getByRole('heading', { level: 1, name: '未预留名单' })).toBeVisible();
  await checkPage(page, 'report-not-reserved');
});
