import { type Browser, type BrowserServer, chromium } from 'playwright-core';
import { inject } from 'vitest';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const executablePath = (): string => process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Starts the one Chromium of a run, which every test file then shares. */
export const startBrowser = (): Promise<BrowserServer> => chromium.launchServer({ executablePath: executablePath(), args: FLAGS });

let browser: Promise<Browser> | undefined;

/** The Chromium of this run. Asked for again it is the same one; it ends with the run. */
export const openBrowser = (): Promise<Browser> => (browser ??= chromium.connect(inject('installation').endpoint));
