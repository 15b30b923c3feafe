import { expect, it } from 'vitest';
import { z } from 'zod';
import { leadRoutes } from '../lead/lead.routes.ts';

it('the timeline of a lead says where the steps of its return are planned', () => {
  const timeline = leadRoutes.find(({ name }) => name === 'read-lead-timeline')!;
  const described = z.toJSONSchema(timeline.answer as z.ZodType) as { properties: Record<string, { description?: string }> };
  expect(described.properties['planned']?.description).toContain('/api/v1/returns/{id}/timeline');
});
