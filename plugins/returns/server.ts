import { defineServer } from '@portico/kit/server';
import { approvalWork } from './approval/approval-work.ts';
import { writeDemo } from './demo.ts';
import { duplicateVote } from './duplicate-vote.ts';
import { returnRoutes } from './lead-return.routes.ts';
import { notePending, noteSettled } from './note-on-lead.ts';
import { returnFact } from './return-fact.ts';
import { noReturnsPage } from './returns-off.ts';

export default defineServer({
  routes: returnRoutes,
  hooks: [notePending, noteSettled, returnFact, duplicateVote, noReturnsPage],
  processes: [approvalWork],
  demo: writeDemo,
});
