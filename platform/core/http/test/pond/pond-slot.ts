import { z } from 'zod';
import { defineFilter, defineSlot } from '@portico/kit';

export const pondTabs = defineSlot<{ duckId: string }>()('pond.tabs');

export const pondFacts = defineFilter('pond.facts', { value: z.object({ facts: z.array(z.string()) }), budgetMs: 500 });
