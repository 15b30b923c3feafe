import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { ListPayments, listPayments } from '../payment/payment.queries.ts';

/** The payments that the person may see. */
export const load = (ctx: Ctx, request: PageRequest) => ctx.inTenant((tx) => listPayments(tx, addressQuery(ListPayments, request.query)));
