/** `@portico/testing`: a whole portal for a test file, over the real database and, on demand, the real Temporal. Rows of a plugin's own come from its `testing.ts`. */
export { startTestPortal, type TestPortal, type TestPortalOptions } from './test-portal.ts';
export { type TestBusiness } from './test-business.ts';
export { describePluginContract } from './plugin-contract.ts';
export { recordHistory } from './record-history.ts';
export { testPlugin } from './test-plugin.ts';
export { canonicalPolicy, doorPolicy, tenantTables } from './tables.ts';
export { analyze, expectIndexes, expectNoLargeSort, plansOf } from './list-plans.ts';
export { startSandbox, type Sandbox } from './start-sandbox.ts';
