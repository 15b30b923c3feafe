import { z } from 'zod';

/** A plugin's code made a value that a schema refuses: nobody's input, so nobody is told what is wrong with it but the log. */
export class UnfitValue extends Error {
  constructor(what: string, refused: z.core.$ZodError) {
    super(`${what}: ${z.prettifyError(refused)}`, { cause: refused });
    this.name = 'UnfitValue';
  }
}

/** A value that code gave us, as its schema reads it. Throws UnfitValue, which begins with `what`. */
export function ownValue<Value>(schema: z.ZodType<Value>, value: unknown, what: string): Value {
  const read = schema.safeParse(value);
  if (!read.success) throw new UnfitValue(what, read.error);
  return read.data;
}

/** Work after the input was read: a schema that refuses something now refuses what the code itself has made. Throws UnfitValue for it. */
export async function afterInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof z.core.$ZodError ? new UnfitValue('a schema refused a value that is no input', error) : error;
  }
}
