import type { Account } from './people';

/** The output of `server seed --demo`: name, login name and password. */
const accounts = (
  process.env.DEMO_ACCOUNTS ??
  '示例县财政局\tGL00003316\tlvye-qingshan-27\n样例县财政局\tGL00003317\tbaiyun-caoyuan-64\n平台运维\tYW00000001\thongri-xiaoxi-81\n样例县城南镇人民政府机关食堂\tJY00000001\tjinqiu-daotian-35\n样例县城南镇人民政府机关工会\tJY00000002\tchunfeng-chashan-92'
)
  .trim()
  .split('\n')
  .map((line) => line.split('\t'));

function account(name: string): Account {
  const found = accounts.find(([owner]) => owner === name);
  if (!found?.[1] || !found[2]) throw new Error(`no demo account of ${name}`);
  return { name, login: found[1], password: found[2] };
}

/** The finance department (财政部门) whose units the tests import. */
export const DEPARTMENT = account('示例县财政局');
/** A finance department that must not see the units of `DEPARTMENT`. */
export const OTHER_DEPARTMENT = account('样例县财政局');
/** The platform operator (平台运维). */
export const OPERATOR = account('平台运维');
/** A purchaser (采购人) that must complete its data. */
export const NEW_PURCHASER = account('样例县城南镇人民政府机关食堂');
/** A certified purchaser. */
export const CERTIFIED_PURCHASER = account('样例县城南镇人民政府机关工会');
