/** One field of a plugin's settings, as the generated form and its reader understand it. */
export interface SettingField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'yes-no' | 'choice' | 'lines' | 'secret';
  /** A text key, or plain words. */
  readonly title: string;
  readonly hint?: string;
  readonly choices?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly whole?: boolean;
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: { readonly type?: string };
  readonly title?: string;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly secret?: boolean;
}

/**
 * The fields of a JSON Schema (draft 2020-12) that a form can show: texts, numbers, yes or no, choices, lists of lines.
 * Others keep their value and stand in no form.
 */
export function settingFields(schema: Readonly<Record<string, unknown>>): readonly SettingField[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Property>>;
  return Object.entries(properties).flatMap(([name, property]): SettingField[] => {
    const kind = kindOf(property);
    if (!kind) return [];
    const { title, description, minimum, maximum } = property;
    return [
      {
        name,
        kind,
        title: title ?? inWords(name),
        ...(description && { hint: description }),
        ...(kind === 'choice' && { choices: property.enum!.map(String) }),
        ...(kind === 'number' && { minimum: shown(minimum), maximum: shown(maximum), whole: property.type === 'integer' }),
      },
    ];
  });
}

function kindOf({ type, enum: choices, items, secret }: Property): SettingField['kind'] | undefined {
  if (secret) return 'secret';
  if (choices?.every((choice) => typeof choice === 'string')) return 'choice';
  if (type === 'boolean') return 'yes-no';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'string') return 'text';
  return type === 'array' && items?.type === 'string' ? 'lines' : undefined;
}

/** The input of a secret setting. A refused form shows nothing again that was typed into an input of such a name. */
export const secretInput = (name: string): string => `secret.${name}`;
/** The box that takes it away. */
export const secretTakenAway = (name: string): string => `secret-taken-away.${name}`;

// zod writes the widest whole number where no limit was given; nobody wants to read that.
const shown = (limit: number | undefined): number | undefined => (limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit);

/** `windowHours` → "Window hours". */
const inWords = (name: string): string => {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What a sent form says, over the values that stand there now. What cannot be read is passed on, so that its rule refuses it. */
export function settingsFromForm(fields: readonly SettingField[], form: FormData, current: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read = (field: SettingField): unknown => {
    const text = String(form.get(field.name) ?? '');
    if (field.kind === 'secret') return form.has(secretTakenAway(field.name)) ? null : String(form.get(secretInput(field.name)) ?? '');
    if (field.kind === 'yes-no') return form.has(field.name);
    if (field.kind === 'lines')
      return text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean);
    if (field.kind === 'number') return text.trim() === '' ? null : Number(text.replace(',', '.'));
    return text;
  };
  return { ...current, ...Object.fromEntries(fields.map((field) => [field.name, read(field)])) };
}
