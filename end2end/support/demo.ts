import type { Account } from './people';

/** What `server seed --demo` prints: name, login name and password. */
const accounts = (
  process.env.DEMO_ACCOUNTS ??
  '示例县财政局\tGL00003316\tlvye-qingshan-27\n样例县财政局\tGL00003317\tbaiyun-caoyuan-64\n平台运维\tYW00000001\thongri-xiaoxi-81\n样例县城南镇人民政府机关食堂\tJY00000001\tjinqiu-daotian-35\n样例县城南镇人民政府机关工会\tJY00000002\tchunfeng-chashan-92'
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
/** A purchaser (采购人) that has its data to complete yet, and one that is certified. */
export const NEW_PURCHASER = account('样例县城南镇人民政府机关食堂');
export const CERTIFIED_PURCHASER = account('样例县城南镇人民政府机关工会');
