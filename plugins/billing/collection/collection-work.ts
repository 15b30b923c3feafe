import { askThenWrite, workCase, type StepWork } from '@portico/kit/server';
import { collection, type CollectionFacts } from '@portico/workflows/collection';
import { askUnpaidCancellation, cancelSubscription, pauseSubscription } from './apply-last-rule.ts';
import { askGateway, writeAsked } from './ask-gateway.ts';
import { collectionFacts } from './collection-facts.ts';
import { remindCustomer, tellCustomer, tellEnd } from './tell-customer.ts';
import { tryAgain, writeTried } from './try-again.ts';

const chargeAgain: StepWork<CollectionFacts> = askThenWrite({ ask: tryAgain, write: writeTried });

/** What each step of a collection does (S4; requirements 3.4). */
export const collectionWork = workCase(collection, {
  facts: collectionFacts,
  steps: {
    'ask-gateway': askThenWrite({ ask: askGateway, write: writeAsked }),
    'tell-customer': tellCustomer,
    'retry-charge': chargeAgain,
    'charge-new-card': chargeAgain,
    'remind-customer': remindCustomer,
    'keep-unpaid': async () => undefined,
    'pause-subscription': pauseSubscription,
    'cancel-subscription': askThenWrite({ ask: askUnpaidCancellation, write: cancelSubscription }),
    'tell-end': tellEnd,
  },
});
