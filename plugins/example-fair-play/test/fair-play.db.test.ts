import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '@portico/kit';
import { core, type Ctx, NotFound } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { listNotes, NoteQuery } from '../goodwill-note.queries.ts';
import { load, submit } from '../portal/goodwill.server.ts';
import { writeNote } from '../write-note.ts';

interface Told {
  readonly business: TestBusiness;
  readonly adminId: Id;
  readonly leadIds: readonly Id[];
}

let portal: TestPortal;
let generous: Told;
let plain: Told;

beforeAll(async () => {
  portal = await startTestPortal();
  generous = await told(await portal.business('generous', { plugins: ['example-fair-play'] }));
  plain = await told(await portal.business('plain'));
});
afterAll(() => portal.close());

/** A customer of the business with an admin, and an order that has just delivered 60 leads. */
async function told(business: TestBusiness): Promise<Told> {
  const customer = await aCustomer(business);
  const { leadIds } = await deliveredLeads(business, customer, { count: 60 });
  return { business, adminId: customer.admin.userId, leadIds };
}

const ctxOf = ({ business, adminId }: Told, pluginId = 'example-fair-play'): Promise<Ctx> => business.ctxOf(adminId, pluginId);

/** Calls another plugin's API operation, as somebody from outside would. */
async function call(ctx: Ctx, pluginId: string, operation: string, request: { params?: Record<string, string>; body?: object }): Promise<any> {
  const route = portal.core.registry.byId(pluginId)?.server.routes?.find(({ name }) => name === operation);
  if (!route?.handle) throw new Error(`${pluginId} has no operation ${operation}`);
  return route.handle(ctx, { params: request.params ?? {}, query: {}, body: route.body?.parse(request.body) });
}

/** Returns a lead, lets its process run, and answers what became of it. */
async function returned(of: Told, leadId: Id | undefined, reason: string): Promise<{ status: string; because: string | null; decidedBy: string | null }> {
  const { id } = await call(await ctxOf(of, 'returns'), 'returns', 'request-return', { body: { leadId, reason } });
  await of.business.settleProcesses();
  return call(await ctxOf(of, 'returns'), 'returns', 'read-return', { params: { id } });
}

describe('The vote of a business’s own plugin', () => {
  it('turns a return that staff would see into Approved, while the identical one of the other business waits', async () => {
    expect(await returned(generous, generous.leadIds[0], 'Out of my area')).toMatchObject({
      status: 'approved',
      decidedBy: 'plugins',
      because: 'Out of the area, and returned within 24 hours',
    });
    expect(await returned(plain, plain.leadIds[0], 'Out of my area')).toMatchObject({ status: 'pending' });
  });
  it('abstains for another reason, and once the hours are over', async () => {
    expect(await returned(generous, generous.leadIds[1], 'Wrong number')).toMatchObject({ status: 'pending' });
    await generous.business.advance('PT25H');
    expect(await returned(generous, generous.leadIds[2], 'Out of my area')).toMatchObject({ status: 'pending' });
  });
  it('follows the business’s own setting', async () => {
    await generous.business.systemCtx('core').use(core).saveSettings('example-fair-play', { hours: 48 });
    expect(await returned(generous, generous.leadIds[3], 'Out of my area')).toMatchObject({ status: 'approved' });
  });
  it('is gone when the plugin is switched off', async () => {
    await generous.business.systemCtx('core').use(core).switchPlugin('example-fair-play', false);
    expect(await returned(generous, generous.leadIds[4], 'Out of my area')).toMatchObject({ status: 'pending' });
    await generous.business.systemCtx('core').use(core).switchPlugin('example-fair-play', true);
  });
});

describe('Notes of goodwill', () => {
  it('are entered through the tab and shown there again, on the page and by the API', async () => {
    const ctx = await ctxOf(generous);
    const leadId = generous.leadIds[10] ?? '';
    const form = new FormData();
    form.set('text', '  Be kind to Sam. ');
    expect(await submit(ctx, form, { leadId })).toMatchObject({ ok: true });
    const shown = await load(ctx, { leadId });
    expect(shown?.notes).toMatchObject([{ text: 'Be kind to Sam.', leadName: 'Sam Whitlock', leadId }]);
    const page = await ctx.inTenant((tx) => listNotes(tx, NoteQuery.parse({})));
    expect(page.data).toEqual(shown?.notes);
  });
  it('cannot be written about a lead of another business, or one that does not exist', async () => {
    const ctx = await ctxOf(generous);
    for (const leadId of [plain.leadIds[0] ?? '', ctx.newId()]) await expect(writeNote(ctx, { leadId, text: 'Hello' })).rejects.toBeInstanceOf(NotFound);
  });
  it('are nobody’s at the other business', async () => {
    const page = await plain.business.systemCtx('example-fair-play').inTenant((tx) => listNotes(tx, NoteQuery.parse({})));
    expect(page.data).toEqual([]);
  });
});
