import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InvalidInput } from '@portico/kit';
import { wordsAsText, wordsFromText } from '../branding/own-words.ts';
import { SaveBranding } from '../branding/save-branding.ts';
import { LOGOS } from '../demo/logo-png.ts';

describe('own words', () => {
  it('are the same after they were written into the form and read back', () => {
    const words = { 'accounts.customers': 'Crews', 'leads.count_other': '{{count}} = many' };
    expect(wordsFromText(`\r\n${wordsAsText(words)}\n\n`)).toEqual(words);
  });

  it('name the line that is none', () => {
    const read = () => wordsFromText('accounts.customers = Crews\nnonsense');
    expect(read).toThrow(InvalidInput);
    try {
      read();
    } catch (error) {
      expect((error as InvalidInput).fields).toEqual({ words: { key: 'workspace.problem.word-line', values: { line: 2 } } });
    }
  });
});

describe('the look of a business', () => {
  it('takes a colour in any case, and nothing that is none', () => {
    expect(SaveBranding.parse({ colour: ' #FFD400 ' })).toEqual({ colour: '#ffd400' });
    for (const colour of ['', 'red', '#ffd40', '#ffd4000', 'url(x)', 12, 'x'.repeat(10_000)]) expect(SaveBranding.safeParse({ colour }).success).toBe(false);
  });

  it('has an empty contact as none, and refuses one that is no address', () => {
    expect(SaveBranding.parse({ contactEmail: '', contactPhone: '' })).toEqual({ contactEmail: '', contactPhone: '' });
    expect(SaveBranding.safeParse({ contactEmail: 'nobody' }).success).toBe(false);
    expect(SaveBranding.safeParse({ contactPhone: 'call us' }).success).toBe(false);
  });

  it('draws its demonstration logos as small pictures of 96 by 96 in two colours', () => {
    for (const draw of Object.values(LOGOS)) {
      const png = Buffer.from(draw());
      expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([96, 96]);
      expect(png.length).toBeLessThan(20_000);
      const data = png.subarray(41, 41 + png.readUInt32BE(33));
      expect(inflateSync(data)).toHaveLength(96 * (96 * 4 + 1));
    }
  });
});
