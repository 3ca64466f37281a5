import type { Account } from './people';

// The accounts of `server seed --demo`.
export const DEPARTMENT: Account = { name: '示例县财政局', login: 'GL00000001', password: '' };
export const NEIGHBOUR: Account = { name: '样例县财政局', login: 'GL00000002', password: '' };
export const OPERATOR: Account = { name: '平台运维', login: 'YW00000001', password: '' };
