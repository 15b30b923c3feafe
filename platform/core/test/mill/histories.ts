import { fileURLToPath } from 'node:url';

/** Where the histories of the driver of clocks stand, one for each way that a clock goes. */
export const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));
