// The part of `cargo xtask bench import` that needs a browser or HTTP; xtask gives it its plan as JSON and shows what it
// prints. SheetJS reads the same files in a worker of the same browser: as its README says, and with its fastest option.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import path from 'node:path';

const require = createRequire(import.meta.url);
const { chromium } = require('@playwright/test');

const plan = JSON.parse(process.argv[2]);
const TIMES = 5;
/** How long a file is looked for in the browser's dialog, in ms: a person takes longer. */
const DIALOG = 500;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, part) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
const ms = (value) => value.toFixed(0);
/** A figure of the wrong thing is worse than none. */
function must(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${found} rows instead of ${wanted}`);
}
/** How many rows the page says that the file has. */
const rowsOnPage = (page) => page.locator('nav.chips a b').first().textContent().then((text) => Number(text.replace(/\D/g, '')));
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);
const kindOf = (file) => path.extname(file);

const SHEETJS_PAGE = `<!doctype html><input type="file"><script>
  const worker = new Worker('/worker.js');
  worker.onmessage = ({ data }) => { window.done = { at: performance.now(), rows: data }; };
  document.querySelector('input').addEventListener('change', ({ target }) => {
    window.chosen = performance.now();
    worker.postMessage({ file: target.files[0], options: JSON.parse(decodeURIComponent(location.search.slice(1))) });
  });
</script>`;
const SHEETJS_WORKER = `importScripts('/xlsx.js');
  onmessage = async ({ data }) => {
    const book = XLSX.read(await data.file.arrayBuffer(), data.options);
    postMessage(XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1 }).length);
  };`;

/** A page that reads a chosen file by SheetJS in a worker. */
async function sheetjsServer() {
  const script = readFileSync(path.join(path.dirname(require.resolve('xlsx')), 'dist/xlsx.full.min.js'));
  const server = createServer((request, response) => {
    const [type, body] = {
      '/xlsx.js': ['text/javascript', script],
      '/worker.js': ['text/javascript', SHEETJS_WORKER],
    }[request.url] ?? ['text/html', SHEETJS_PAGE];
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function signIn(context, site) {
  const [, login, password] = site.accounts.split('\n').map((l) => l.split('\t')).find(([name]) => name === '示例县财政局');
  const page = await context.newPage();
  await page.goto(`${site.url}/signin`);
  await page.getByLabel('登录账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
  return page;
}

/** Notes when a file is chosen, when the rows are on the page, and every task of the main thread over 50 ms. */
function watch() {
  window.longTasks = [];
  new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: 'longtask', buffered: true });
  addEventListener('change', (event) => {
    if (event.target.type !== 'file' || event.target.files.length === 0) return;
    window.chosen = performance.now();
    window.done = undefined;
    window.longTasks = [];
    // The rows of the file before go away once the new one is being checked.
    const before = document.querySelector('table.sheet');
    const observer = new MutationObserver(() => {
      const now = document.querySelector('table.sheet');
      if (!now || now === before || !now.querySelector('tbody tr')) return;
      observer.disconnect();
      // Painted, not only there: the first task after the frame that shows them.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { window.done = { at: performance.now() }; };
        port2.postMessage(null);
      });
    });
    observer.observe(document, { childList: true, subtree: true });
  }, true);
}

async function inBrowser(browser) {
  const site = plan.sites[0];
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 } });
  await context.addInitScript(watch);
  const page = await signIn(context, site);
  const sheetjs = await sheetjsServer();
  const other = await (await browser.newContext()).newPage();
  console.log('\nIn Chromium: a file is chosen → every finding is on the page; SheetJS: chosen → parsed to rows, its worker');
  console.log('loaded before. The pointer goes to the button, a click, half a second in the dialog. "First": the first file on the page,');
  console.log('whose worker began to load with the pointer. "Again": the next one. "Times": as fast as SheetJS as its README says.');
  console.log('Median, ms\n');
  line('rows', 'file', 'first', 'again', 'longest main-thread task', 'SheetJS', 'SheetJS, dense', 'first: times', 'again: times');
  line(...Array(9).fill('---'));
  for (const { rows, file } of plan.files) {
    const [first, again, theirs, dense, tasks] = [[], [], [], [], []];
    // As a person does: to the button, which makes the page load its worker, a click, and the file in the browser's dialog.
    const choose = async (button, into) => {
      // What was measured before must not be taken for this time.
      await page.evaluate(() => { window.done = undefined; window.chosen = undefined; });
      await button.hover();
      const [dialog] = await Promise.all([page.waitForEvent('filechooser'), button.click()]);
      await page.waitForTimeout(DIALOG);
      await dialog.setFiles(file);
      await page.waitForFunction(() => window.done, undefined, { timeout: 120_000 });
      must(await rowsOnPage(page), rows, file);
      const { took, longest } = await page.evaluate(() => ({
        took: window.done.at - window.chosen,
        longest: Math.max(0, ...window.longTasks),
      }));
      into.push(took);
      tasks.push(longest);
    };
    const theyRead = async (options, into) => {
      await other.goto(`${sheetjs.url}?${JSON.stringify(options)}`);
      await other.locator('input').setInputFiles(file);
      await other.waitForFunction(() => window.done, undefined, { timeout: 300_000 });
      const done = await other.evaluate(() => ({ took: window.done.at - window.chosen, rows: window.done.rows }));
      must(done.rows - 3, rows, `SheetJS, ${file}`);
      into.push(done.took);
    };
    for (let time = 0; time < TIMES; time += 1) {
      await page.goto(`${site.url}/units/import`);
      await page.locator('form.import-page[novalidate]').waitFor();
      await choose(page.locator('label[for="file"]'), first);
      await choose(page.getByRole('button', { name: '重新选择文件' }).first(), again);
      await theyRead({}, theirs);
      await theyRead({ dense: true }, dense);
    }
    const longest = Math.max(...tasks);
    line(rows, kindOf(file), ms(median(first)), ms(median(again)), longest === 0 ? '< 50' : ms(longest), ms(median(theirs)), ms(median(dense)),
      (median(theirs) / median(first)).toFixed(1), (median(theirs) / median(again)).toFixed(1));
  }
  sheetjs.close();
  await context.close();
}

async function upload(page, site, file) {
  const start = performance.now();
  const answer = await page.request.post(`${site.url}/units/import`, {
    headers: { accept: 'application/json', origin: site.url },
    multipart: { file: { name: path.basename(file), mimeType: 'application/octet-stream', buffer: readFileSync(file) } },
    timeout: 300_000,
  });
  if (!answer.ok()) throw new Error(`upload answered ${answer.status()}: ${await answer.text()}`);
  return { batch: (await answer.json()).batch, took: performance.now() - start };
}

async function uploads(pages) {
  console.log('\nOn the server: upload → batch with its rows stored. Median\n');
  line('rows', 'file', 'database', 'ms', 'rows/s');
  line(...Array(5).fill('---'));
  for (const { rows, file } of plan.files) {
    for (const { site, page } of pages) {
      const took = [];
      let batch;
      for (let time = 0; time < TIMES; time += 1) {
        const stored = await upload(page, site, file);
        took.push(stored.took);
        batch = stored.batch;
      }
      await page.goto(`${site.url}/units/import/${batch}`);
      must(await rowsOnPage(page), rows, `batch of ${file}`);
      line(rows, kindOf(file), site.database, ms(median(took)), ms((rows / median(took)) * 1000));
    }
  }
}

/** Asks for a page again and again while `busy` is not done; answers how long each took. */
async function latencies(page, site, busy) {
  const took = [];
  let over = false;
  busy.then(() => { over = true; }, () => { over = true; });
  while (!over) {
    const start = performance.now();
    const answer = await page.request.get(`${site.url}/units`);
    if (!answer.ok()) throw new Error(`/units answered ${answer.status()}`);
    took.push(performance.now() - start);
    // As many people at once as make a request every 20 ms.
    await new Promise((resume) => setTimeout(resume, Math.max(0, 20 - (performance.now() - start))));
  }
  return took;
}

/** Generates the accounts of a file; answers how many a second, and what `meanwhile` says. */
async function generate({ site, page }, file, meanwhile) {
  const { batch } = await upload(page, site, file);
  await page.goto(`${site.url}/units/import/${batch}`);
  must(await rowsOnPage(page), plan.generate.rows, `batch of ${file}`);
  await page.getByRole('button', { name: /^生成预算单位管理账号/ }).click();
  const start = performance.now();
  await page.getByRole('button', { name: '生成并发短信' }).click();
  // The page tells by itself: Playwright would ask it every half second, and take the cores that hash for its questions.
  const done = page.evaluate(() => new Promise((resolve) => {
    const look = () => document.querySelector('#job-title .job-sign[data-sign="✓"]') && resolve();
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    look();
  })).then(() => performance.now() - start);
  const said = await meanwhile(done);
  return { rate: (plan.generate.rows / (await done)) * 1000, said };
}

async function generation(pages) {
  const { rows, files, bare } = plan.generate;
  console.log(`\nGenerating ${rows} accounts: alone, then while somebody asks for the unit list every 20 ms\n`);
  line('database', 'alone: accounts/s', '% of bare argon2id', 'asked meanwhile: accounts/s', 'page, idle: p50, p99 ms', 'page, generating: p50, p99 ms');
  line(...Array(6).fill('---'));
  for (const on of pages) {
    const alone = await generate(on, files[0], async () => {});
    const idle = await latencies(on.page, on.site, new Promise((done) => setTimeout(done, 10_000)));
    const asked = await generate(on, files[1], (done) => latencies(on.page, on.site, done));
    const two = (values) => `${ms(percentile(values, 0.5))}, ${ms(percentile(values, 0.99))}`;
    line(on.site.database, alone.rate.toFixed(1), ((alone.rate / bare) * 100).toFixed(0), asked.rate.toFixed(1), two(idle), two(asked.said));
  }
  console.log(`\nLoad of the machine over the last 1, 5 and 15 minutes, our own included: ${loadavg().map((l) => l.toFixed(1)).join(', ')}`);
}

const asRoot = process.getuid?.() === 0;
const browser = await chromium.launch({
  ...(process.env.CHROMIUM ? { executablePath: process.env.CHROMIUM } : {}),
  args: asRoot ? ['--no-sandbox', '--disable-quic', '--no-first-run'] : [],
});
try {
  await inBrowser(browser);
  const pages = [];
  for (const site of plan.sites) {
    pages.push({ site, page: await signIn(await browser.newContext({ locale: 'zh-CN' }), site) });
  }
  await uploads(pages);
  await generation(pages);
} finally {
  await browser.close();
}
