import { defineServer, userRoles } from '@portico/kit/server';

export default defineServer({ hooks: [userRoles.answer(async () => [{ role: 'account-admin', accountId: '00000000-0000-7000-8000-00000000000a' }])] });
