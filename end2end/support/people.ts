import { expect, type Page } from '@playwright/test';

/** Somebody who can sign in. */
export interface Account {
  name: string;
  login: string;
  password: string;
}

/** Types into the sign-in form and sends it; whether that works is for the caller to see. */
export async function trySignIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('登录账号', { exact: true }).fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** Signs in and waits for the page behind. */
export async function signIn(page: Page, who: Account): Promise<void> {
  await trySignIn(page, who.login, who.password);
  await expect(page).not.toHaveURL(/\/signin/);
  // On a phone it stands in the drawer.
  await expect(page.getByText(who.name, { exact: true }).first()).toBeAttached();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: '注销' }).click();
  await expect(page).toHaveURL(/\/signin/);
}

/** Takes a password of one's own in the place of the initial one. */
export async function changeInitial(page: Page, initial: string, password: string): Promise<void> {
  await page.getByLabel('短信里的密码', { exact: true }).fill(initial);
  await page.getByLabel('新密码', { exact: true }).fill(password);
  await page.getByLabel('再输入一次新密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '修改密码' }).click();
}

/** What a new account must do first: change the initial password, and complete its data. */
export async function activate(page: Page, initial: string, password: string): Promise<void> {
  await changeInitial(page, initial, password);
  await expect(page).toHaveURL(/\/profile\/complete/);
  await page.getByRole('button', { name: '保存并继续' }).click();
  await expect(page).not.toHaveURL(/\/profile\/complete/);
}

/** What an SMS tells a new account, read where demo mode shows it: GL for management, JY for trading. */
export async function smsTo(page: Page, mobile: string, kind: 'GL' | 'JY' = 'GL'): Promise<{ login: string; password: string }> {
  await page.goto(`/demo/sms?q=${mobile}`);
  const message = page.getByText(new RegExp(`登录账号 ${kind}\\d{8}，初始密码`));
  await expect(message).toHaveCount(1);
  const text = (await message.textContent()) ?? '';
  const found = /登录账号 ([GJ][LY]\d{8})，初始密码 (\S+?)，/.exec(text);
  if (!found?.[1] || !found[2]) throw new Error('no login name and password in the SMS');
  return { login: found[1], password: found[2] };
}
