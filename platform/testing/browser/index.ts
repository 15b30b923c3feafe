/** `@portico/testing/browser`: stories and page gates against a running installation, in a real browser. */
export { ask, dataFolder, demand, mails, sessionOf, until, type Answer, type Mail, type Question } from './ask.ts';
export { demoBusinesses, fresh, moveClock, newBusiness, portico, signInOf, theRun, type Business, type Kind } from './installation.ts';
export { openBrowser } from './open-browser.ts';
export { axeViolations, inputsWithoutLabel, type PageFacts, pageFacts, settled, sideways, sidewaysAt320, smallTargets, watchForTrouble } from './page-rules.ts';
export { bothWidths, inBothThemes, type Look, looks, onScreen, Screen, signIn } from './screen.ts';
export { addressOf, comparable, pagePaths, routeLines, type RouteLine } from './routes.ts';
export { inBusiness, rowCounts } from './rows.ts';
export { firstWeb, startSecondWeb, type Web } from './second-web.ts';
