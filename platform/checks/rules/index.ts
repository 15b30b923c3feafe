import type { Rule } from '../rule.ts';
import { businessClock } from './business-clock.ts';
import { errorsAreTold } from './error-codes.ts';
import { kitIsExplained } from './kit-is-explained.ts';
import { lockFile } from './lock-file.ts';
import { noDatabaseClock } from './no-database-clock.ts';
import { noHalfWork } from './no-half-work.ts';
import { noMachineWords } from './no-machine-words.ts';
import { noPluginId } from './no-plugin-id.ts';
import { noSilentCatch } from './no-silent-catch.ts';
import { proofNames } from './proof-names.ts';
import { spokenTexts } from './spoken-texts.ts';
import { tellingNames } from './telling-names.ts';
import { tenantKeys, tenantTables } from './tenant-tables.ts';
import { testsAssert } from './tests-assert.ts';
import { keysAreUsed, keysExist } from './translations.ts';

/** Our own rules, in the order in which their findings are told. */
export const ownRules: readonly Rule[] = [
  tenantTables,
  tenantKeys,
  noPluginId,
  businessClock,
  noDatabaseClock,
  keysExist,
  keysAreUsed,
  spokenTexts,
  errorsAreTold,
  noSilentCatch,
  noHalfWork,
  testsAssert,
  kitIsExplained,
  tellingNames,
  lockFile,
  noMachineWords,
  proofNames,
];
