import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './accessible';
import { saveScreenshot } from './screenshot';

/** Expects that the page is accessible and not wider than the window, on a desktop and on a phone, in both languages. */
export async function checkPage(page: Page, name: string): Promise<void> {
  for (const lang of ['en', 'zh-CN'] as const) {
    await page.context().addCookies([{ name: 'lang', value: lang, url: new URL(page.url()).origin }]);
    await page.reload();
    for (const [width, height] of [
      [390, 844],
      [1366, 768],
    ] as const) {
      await page.setViewportSize({ width, height });
      // A reload restores where the page was scrolled to, and the bar at the top would cover links.
      await page.evaluate(() => window.scrollTo(0, 0));
      await expect(page.locator('h1')).toHaveCount(1);
      await page.waitForLoadState('networkidle');
      await saveScreenshot(page, `${name}-${lang}-${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(wide, `${page.url()} at ${width}`).toBeLessThanOrEqual(0);
      await expectAccessible(page);
    }
  }
}
