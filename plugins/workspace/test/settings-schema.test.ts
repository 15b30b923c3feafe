import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settingFields, settingsFromForm } from '../settings/settings-schema.ts';

const Settings = z.object({
  reasons: z.array(z.string().min(1)).default(['Wrong number']).meta({ title: 'demo.setting.reasons' }),
  windowHours: z.int().min(1).max(100).default(24).describe('Elapsed hours'),
  share: z.number().default(0.5),
  isOpen: z.boolean().default(true),
  rule: z.enum(['approve', 'deny']).default('deny'),
  word: z.string().default(''),
  nested: z.object({ deep: z.string() }).default({ deep: 'kept' }),
});
const fields = settingFields(z.toJSONSchema(Settings, { io: 'input' }) as Record<string, unknown>);

describe('the generated settings form', () => {
  it('shows lists of lines, numbers with their limits, yes or no, choices and texts, and leaves out what it cannot show', () => {
    expect(fields).toEqual([
      { name: 'reasons', kind: 'lines', title: 'demo.setting.reasons' },
      { name: 'windowHours', kind: 'number', title: 'Window hours', hint: 'Elapsed hours', minimum: 1, maximum: 100, whole: true },
      { name: 'share', kind: 'number', title: 'Share', minimum: undefined, maximum: undefined, whole: false },
      { name: 'isOpen', kind: 'yes-no', title: 'Is open' },
      { name: 'rule', kind: 'choice', title: 'Rule', choices: ['approve', 'deny'] },
      { name: 'word', kind: 'text', title: 'Word' },
    ]);
  });

  it('reads back what was sent, so that the schema accepts it, and keeps what stood in no form', () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ reasons: ' One \r\n\r\nTwo', windowHours: '48', share: '0,25', rule: 'approve', word: 'x' }))
      form.set(name, value);
    const values = settingsFromForm(fields, form, Settings.parse({}));
    expect(Settings.strict().parse(values)).toEqual({
      reasons: ['One', 'Two'],
      windowHours: 48,
      share: 0.25,
      isOpen: false,
      rule: 'approve',
      word: 'x',
      nested: { deep: 'kept' },
    });
  });

  it('passes on what is no number, so that its rule refuses it at the field', () => {
    const form = new FormData();
    form.set('windowHours', 'soon');
    form.set('share', '');
    const refused = Settings.safeParse(settingsFromForm(fields, form, Settings.parse({})));
    expect(refused.error!.issues.map((issue) => issue.path.join('.')).sort()).toEqual(['rule', 'share', 'windowHours']);
  });
});

describe('a secret setting in the generated form', () => {
  const Secret = z.object({ apiKey: z.string().default('').meta({ secret: true, title: 'demo.setting.api-key' }) });
  const secretField = settingFields(z.toJSONSchema(Secret, { io: 'input' }) as Record<string, unknown>);
  const sent = (entries: Record<string, string>) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(entries)) form.set(name, value);
    return settingsFromForm(secretField, form, { apiKey: { set: true } });
  };
  it('is a field of its own kind', () => expect(secretField).toEqual([{ name: 'apiKey', kind: 'secret', title: 'demo.setting.api-key' }]));
  it('is what was typed, empty when nothing was, and null when it is to be taken away', () => {
    expect(sent({ 'secret.apiKey': 'sk_1' })).toEqual({ apiKey: 'sk_1' });
    expect(sent({ 'secret.apiKey': '' })).toEqual({ apiKey: '' });
    expect(sent({ 'secret.apiKey': 'sk_1', 'secret-taken-away.apiKey': 'on' })).toEqual({ apiKey: null });
  });
  it('is not read from the input of a plain one', () => expect(sent({ apiKey: 'sk_1' })).toEqual({ apiKey: '' }));
});
