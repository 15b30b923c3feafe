import path from 'node:path';

/** The root of the checkout that these checks belong to. */
export const checkoutRoot = (): string => path.resolve(import.meta.dirname, '../..');
