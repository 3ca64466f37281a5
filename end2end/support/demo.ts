import type { Account } from './people';

/** What `server seed --demo` prints: name, login name and password. */
const accounts = (
  process.env.DEMO_ACCOUNTS ??
  '示例县财政局\tGL00003316\tlvye-qingshan-27\n样例县财政局\tGL00003317\tbaiyun-caoyuan-64\n平台运维\tYW00000001\thongri-xiaoxi-81'
)
  .trim()
  .split('\n')
  .map((line) => line.split('\t'));

function account(name: string): Account {
  const found = accounts.find(([whose]) => whose === name);
  if (!found?.[1] || !found[2]) throw new Error(`no demo account of ${name}`);
  return { name, login: found[1], password: found[2] };
}

/** The finance department (财政部门) that the tests work for. */
export const DEPARTMENT = account('示例县财政局');
/** Another one, which must see nothing of it. */
export const NEIGHBOUR = account('样例县财政局');
/** The platform's operator (平台运维). */
export const OPERATOR = account('平台运维');
