import { defineSlot } from '@portico/kit';

export const pondTabs = defineSlot<{ duckId: string }>()('pond.tabs');
