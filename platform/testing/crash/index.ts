/** Installations that are killed under load, and what is counted afterwards. For `npm run gate:crash` and its short test. */
export { KILLED_PARTS, openCrashSite, type CrashSite, type KilledPart } from './crash-site.ts';
export type { Count } from './test/count-what-happened.ts';
export { crashUnderLoad, type CrashOutcome } from './test/crash-rounds.ts';
export { insist, speak, type Spoken } from './speak-to-business.ts';
export { freezeWorker } from './test/frozen-worker.ts';
