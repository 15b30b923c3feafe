import { NotFound, type Id } from '@portico/kit';
import { intentOf, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { closeOrder } from '../order/close-order.ts';
import { pauseOrder } from '../order/pause-order.ts';
import { resumeOrder } from '../order/resume-order.ts';

const changes: Readonly<Record<string, (ctx: Ctx, orderId: Id) => Promise<void>>> = { pause: pauseOrder, resume: resumeOrder, close: closeOrder };

/** The buttons of an order: pause, resume, close. `orderId` comes with the form in a list. Throws NotFound for any other. */
export async function submitOrder(ctx: Ctx, form: FormData, orderId?: Id): Promise<Submitted> {
  const change = intentOf(form, changes);
  const named = z.uuid().safeParse(form.get('orderId') ?? orderId).data;
  const id = orderId ?? named;
  if (!id || id !== named) throw new NotFound();
  await change(ctx, id);
  return { ok: true, say: `leads.order.say-${String(form.get('intent'))}` };
}
