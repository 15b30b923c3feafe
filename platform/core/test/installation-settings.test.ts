import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { installationVariable } from '@portico/kit';
import { testPlugin } from '@portico/testing';
import { readInstallation } from '../plugins/installation-settings.ts';

const Gate = z.object({
  apiUrl: z.url('must be a web address').default('https://api.example'),
  tries: z.coerce.number().int().min(1).default(3),
  token: z.string().default('').meta({ secret: true }),
});
const gate = testPlugin({ id: 'my-gate', installation: Gate });
const others = testPlugin({ id: 'pond' });

describe('the variable of a field', () => {
  it.each([
    ['stripe', 'apiUrl', 'PORTICO_STRIPE_API_URL'],
    ['my-gate', 'tries', 'PORTICO_MY_GATE_TRIES'],
    ['gate2', 'oAuth2Url', 'PORTICO_GATE2_O_AUTH2_URL'],
  ])('%s.%s: %s', (plugin, field, name) => expect(installationVariable(plugin, field)).toBe(name));
});

describe('what an operator sets for a plugin', () => {
  it('is read from the environment, complete with defaults; an empty variable is none', () => {
    const { of, wrong } = readInstallation([others, gate], { PORTICO_MY_GATE_API_URL: 'http://127.0.0.1:9/', PORTICO_MY_GATE_TRIES: '', OTHER: 'x' });
    expect([of('my-gate'), of('pond'), wrong]).toEqual([{ apiUrl: 'http://127.0.0.1:9/', tries: 3, token: '' }, {}, {}]);
    expect(readInstallation([gate], { PORTICO_MY_GATE_TRIES: '7' }).of('my-gate')).toMatchObject({ tries: 7 });
  });
  it('sets its plugin aside when it is wrong, with a sentence that names the variable and not its value', () => {
    const { wrong, of } = readInstallation([others, gate], { PORTICO_MY_GATE_API_URL: 'sk_live_secret', PORTICO_MY_GATE_TRIES: 'many' });
    expect(wrong['my-gate']).toMatch(/^PORTICO_MY_GATE_API_URL is wrong: must be a web address; PORTICO_MY_GATE_TRIES is wrong: /);
    expect(JSON.stringify(wrong)).not.toContain('sk_live');
    expect(of('my-gate')).toEqual({});
  });
  it.each([
    ['without a default', z.object({ url: z.string() }), 'its installation settings need a default for url'],
    ['called as one of the product', z.object({ domain: z.string().default('') }), 'would be PORTICO_BASE_DOMAIN, which is a variable of the product'],
  ])('%s sets it aside', (_, installation, because) => {
    expect(readInstallation([testPlugin({ id: 'base', installation })], {}).wrong['base']).toContain(because);
  });
  it('belongs to one plugin: the later of two sets itself aside', () => {
    const first = testPlugin({ id: 'my', installation: z.object({ gateTries: z.string().default('') }) });
    expect(readInstallation([first, gate], {}).wrong).toEqual({
      'my-gate': 'its installation setting tries would be PORTICO_MY_GATE_TRIES, which is a variable of the plugin my: give it another name',
    });
  });
  it('is told to the operator, secrets only whether they are set', () => {
    const told = readInstallation([gate], { PORTICO_MY_GATE_TOKEN: 'whsec_1' }).variables;
    expect(told.map(({ name, from, value }) => [name, from, value])).toEqual([
      ['PORTICO_MY_GATE_API_URL', 'default', 'https://api.example'],
      ['PORTICO_MY_GATE_TRIES', 'default', '3'],
      ['PORTICO_MY_GATE_TOKEN', 'environment', '(set)'],
    ]);
  });
});
