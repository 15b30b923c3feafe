/**
 * Variables for a program. Not `NodeJS.ProcessEnv`: a dependency declares NODE_ENV as required there, which Postgres and
 * Temporal have no use for.
 */
export type Environment = NodeJS.Dict<string>;

/** For Node's own functions, whose types ask for the declared form. */
export function asProcessEnv(environment: Environment): NodeJS.ProcessEnv {
  return environment as NodeJS.ProcessEnv;
}
