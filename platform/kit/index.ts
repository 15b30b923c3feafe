/** `@portico/kit`: what a plugin says about itself. Safe to import anywhere: data, types, pure functions. */
export * from './case.ts';
export * from './effects.ts';
export * from './errors.ts';
export * from './hook-points.ts';
export * from './ids.ts';
export * from './invalid-input.ts';
export * from './limits.ts';
export * from './links.ts';
export * from './manifest.ts';
export * from './money.ts';
export * from './time.ts';
