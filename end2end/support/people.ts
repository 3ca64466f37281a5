import { expect, type Page } from '@playwright/test';

/** An account with its password. */
export interface Account {
  name: string;
  login: string;
  password: string;
}

/** Fills in the sign-in form and sends it. The sign-in may fail. */
export async function trySignIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Signs in and waits for the next page. */
export async function signIn(page: Page, who: Account): Promise<void> {
  await trySignIn(page, who.login, who.password);
  await expect(page).not.toHaveURL(/\/signin/);
  // On a phone the name is in the closed drawer, so that it is attached but not visible.
  await expect(page.getByText(who.name, { exact: true }).first()).toBeAttached();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: '注销' }).click();
  await expect(page).toHaveURL(/\/signin/);
}

/** Replaces the initial password. */
export async function changeInitialPassword(page: Page, initial: string, password: string): Promise<void> {
  await page.getByLabel('短信里的密码', { exact: true }).fill(initial);
  await page.getByLabel('新密码', { exact: true }).fill(password);
  await page.getByLabel('再输入一次新密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '修改密码' }).click();
}

/** Does the sign-in steps of a new account: changes the initial password and completes the data. */
export async function activate(page: Page, initial: string, password: string): Promise<void> {
  await changeInitialPassword(page, initial, password);
  await expect(page).toHaveURL(/\/profile\/complete/);
  await page.getByRole('button', { name: '保存并继续' }).click();
  await expect(page).not.toHaveURL(/\/profile\/complete/);
}

/** Reads the login name and the initial password from the SMS that demo mode shows: GL for management, JY for trading. */
export async function readAccountSms(page: Page, mobile: string, kind: 'GL' | 'JY' = 'GL'): Promise<{ login: string; password: string }> {
  await page.goto(`/demo/sms?q=${mobile}`);
  const message = page.getByText(new RegExp(`登录账号 ${kind}\\d{8}，初始密码`));
  await expect(message).toHaveCount(1);
  const text = (await message.textContent()) ?? '';
  const found = /登录账号 ([GJ][LY]\d{8})，初始密码 (\S+?)，/.exec(text);
  if (!found?.[1] || !found[2]) throw new Error('no login name and password in the SMS');
  return { login: found[1], password: found[2] };
}
