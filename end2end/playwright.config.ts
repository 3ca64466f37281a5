import { defineConfig, devices, type Project } from '@playwright/test';

/** The Chromium of this machine. Without one, Playwright uses the browser that it has installed. */
const executablePath = process.env.CHROMIUM;
const asRoot = process.getuid?.() === 0;

const quietArguments = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

const site = (name: string, baseURL: string | undefined): Project[] => (baseURL ? [{ name, use: { baseURL } }] : []);

/** `cargo xtask test` starts one server on each database. Without them, the tests use the server of `cargo xtask run`. */
const servers = [...site('sqlite', process.env.SITE_ON_SQLITE), ...site('postgres', process.env.SITE_ON_POSTGRES)];

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  projects: servers.length > 0 ? servers : site('site', 'http://127.0.0.1:3000'),
  // The tests share the data of one server, so that they must run one after the other.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A gate for changes runs hundreds of tests on a busy machine. A test that fails once is named by the list, and counted in the
  // summary as a fault to mend. On the machine of a developer, it fails.
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? 'test-results/results.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1366, height: 768 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'retain-on-first-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: asRoot ? ['--no-sandbox', ...quietArguments] : quietArguments,
    },
  },
});
