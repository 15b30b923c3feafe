import { z } from 'zod';

/** A file as an answer: what is saved under a name, never run. */
export class FileAnswer {
  constructor(
    readonly name: string,
    readonly type: string,
    readonly bytes: Uint8Array,
  ) {}
}

/**
 * Answers a `get` with a file, to be saved: `fileAnswer({ name: 'Invoice 1001.pdf', type: 'application/pdf', bytes })`. The
 * name may hold any letters; browsers get it as RFC 6266 says, without what no file name has. The operation's `answer` is
 * `fileOf('application/pdf')`.
 */
export const fileAnswer = ({ name, type, bytes }: { readonly name: string; readonly type: string; readonly bytes: Uint8Array }): FileAnswer =>
  new FileAnswer(name, type, bytes);

/** The `answer` of an operation that answers with a file of this media type. */
export const fileOf = (type: string): z.ZodType<FileAnswer> =>
  z.custom<FileAnswer>((value) => value instanceof FileAnswer && value.type === type, `must be a fileAnswer of the type ${type}`).meta({ file: type });
