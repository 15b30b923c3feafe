/**
 * Reads `--name value` and `--name=value` of a command. Throws one sentence for an unknown flag, a missing value, or a
 * required flag that was not given.
 * @param mayBeEmpty flags that may be given with nothing: `--plugins ""`
 * @param bare the flag that a word without a name is taken for, once: `plugin enable leads` is `plugin enable --plugin leads`
 */
export function readFlags<Required extends string, Optional extends string = never>(
  argv: readonly string[],
  required: readonly Required[],
  optional: readonly Optional[] = [],
  bare?: Required,
  mayBeEmpty: readonly string[] = [],
): Record<Required, string> & Partial<Record<Optional, string>> {
  const known = new Set<string>([...required, ...optional]);
  const found: Record<string, string> = {};
  for (let at = 0; at < argv.length; at += 1) {
    if (bare && !(bare in found) && /^[^-]/.test(argv[at]!)) {
      found[bare] = argv[at]!;
      continue;
    }
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[at]!) ?? [];
    if (!name || !known.has(name))
      throw new Error(`There is no flag "${argv[at]}" here; this command knows ${[...known].map((one) => `--${one}`).join(', ')}.`);
    const value = inline ?? argv[(at += 1)];
    if (value === undefined || (value === '' && !mayBeEmpty.includes(name))) throw new Error(`--${name} needs a value.`);
    found[name] = value;
  }
  const missing = required.filter((name) => !(name in found));
  if (missing.length > 0) throw new Error(`${missing.map((name) => `--${name}`).join(' and ')} must be given.`);
  return found as Record<Required, string> & Partial<Record<Optional, string>>;
}
