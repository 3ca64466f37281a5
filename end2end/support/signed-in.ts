import { test as base, type BrowserContext } from '@playwright/test';
import { DEPARTMENT } from './demo';
import { signIn } from './people';

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A test whose pages are signed in as the finance department (财政部门). The tests of a worker share one sign-in. */
export const test = base.extend<object, { signedIn: StorageState }>({
  signedIn: [
    async ({ browser }, use, worker) => {
      const context = await browser.newContext({ baseURL: worker.project.use.baseURL, locale: 'zh-CN' });
      await signIn(await context.newPage(), DEPARTMENT);
      const state = await context.storageState();
      await context.close();
      await use(state);
    },
    { scope: 'worker' },
  ],
  storageState: ({ signedIn }, use) => use(signedIn),
});
