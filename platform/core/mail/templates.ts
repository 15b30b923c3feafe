import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import mjml2html from 'mjml';

/** A compiled mail: HTML and text with `{{name}}` left in it. */
export interface EmailTemplate {
  readonly html: string;
  readonly text: string;
  /** Names that must be filled. */
  readonly names: readonly string[];
}

/** The compiled mails of every plugin. */
export interface EmailTemplates {
  /** Throws when the plugin has no such mail. */
  get(pluginDir: string, name: string): Promise<EmailTemplate>;
}

// MJML checks colours, so the business's stand in the source as colours that nobody uses, and are exchanged when a mail is filled.
const STAND_INS = { brand: '#0a0b0c', brandInk: '#0d0e0f', brandSoft: '#0b0c0d' } as const;

/** Compiled once: by the build into `dist/emails`, or on first use when the source is newer. */
export function openTemplates(): EmailTemplates {
  const known = new Map<string, Promise<EmailTemplate>>();
  return {
    get(pluginDir, name) {
      const file = path.join(pluginDir, 'emails', `${name}.mjml`);
      const already = known.get(file);
      if (already) return already;
      const compiled = builtOrCompiled(file);
      known.set(file, compiled);
      return compiled;
    },
  };
}

const hashOf = (source: string): string => createHash('sha256').update(source).update(LAYOUT_VERSION).digest('hex');
const builtFile = (file: string): string => path.join(path.dirname(file), '..', 'dist', 'emails', `${path.basename(file, '.mjml')}.json`);

async function builtOrCompiled(file: string): Promise<EmailTemplate> {
  const source = readFileSync(file, 'utf8');
  const built = builtFile(file);
  if (existsSync(built)) {
    const { hash, ...template } = JSON.parse(readFileSync(built, 'utf8')) as EmailTemplate & { hash: string };
    if (hash === hashOf(source)) return template;
  }
  return compileEmail(source);
}

/** Every mail of a plugin, compiled for `dist/emails`: file name → content. For the build. */
export async function compileEmails(pluginDir: string): Promise<Readonly<Record<string, string>>> {
  const folder = path.join(pluginDir, 'emails');
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjml'));
  const compiled: Record<string, string> = {};
  for (const name of files) {
    const source = readFileSync(path.join(folder, name), 'utf8');
    compiled[`${path.basename(name, '.mjml')}.json`] = JSON.stringify({ hash: hashOf(source), ...(await compileEmail(source)) });
  }
  return compiled;
}

/** Compiles the inner sections of a mail within the frame that every mail has. Throws on MJML that is not valid. */
export async function compileEmail(inner: string): Promise<EmailTemplate> {
  const { html } = await mjml2html(layout(inner), { validationLevel: 'strict', keepComments: false } as never);
  const text = textOf(inner);
  const names = [...new Set([...inner.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]!))];
  return { html, text, names };
}

const LAYOUT_VERSION = '4';
const layout = (inner: string): string => `<mjml lang="en">
  <mj-head>
    <mj-title>{{subject}}</mj-title>
    <mj-attributes>
      <mj-all font-family="Inter, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="1.5" color="#1c1b18" padding="8px 0" />
      <mj-button background-color="${STAND_INS.brand}" color="${STAND_INS.brandInk}" border-radius="10px" font-weight="600" font-size="16px" padding="16px 0" align="left" />
      <mj-section background-color="#ffffff" padding="8px 32px" />
    </mj-attributes>
    <mj-style>a { color: #1c1b18; } @media (prefers-color-scheme: dark) { .ground { background: #141413 !important; } }</mj-style>
  </mj-head>
  <mj-body background-color="#f7f7f5" css-class="ground">
    <mj-section background-color="#f7f7f5" padding="24px 32px 8px">
      <mj-column><mj-image src="{{logoUrl}}" alt="" width="40px" align="left" padding="0 0 8px" /><mj-text font-weight="640" font-size="18px">{{business}}</mj-text></mj-column>
    </mj-section>
    <mj-section background-color="${STAND_INS.brand}" padding="3px"><mj-column><mj-spacer height="1px" /></mj-column></mj-section>
    ${inner}
    <mj-section background-color="#f7f7f5" padding="16px 32px 32px">
      <mj-column><mj-text font-size="13px" color="#57544c">{{contactLine}}<br />{{footer}}</mj-text></mj-column>
    </mj-section>
  </mj-body>
</mjml>`;

// The text part says the same: blocks become paragraphs, a button becomes its words and its address.
function textOf(inner: string): string {
  return inner
    .replace(/<mj-button[^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/mj-button>/g, '\n\n$2: $1\n\n')
    .replace(/<a[^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g, '$2 ($1)')
    .replace(/<br\s*\/?>/g, '\n')
    .replace(/<\/(mj-text|mj-section|mj-column|p|li)>/g, '\n\n')
    .replace(/<[^>]+>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** A name in the template that nobody filled, or the other way round. */
export class UnfilledMail extends Error {}

/** Colours that stand in a mail. */
export interface MailColours {
  readonly brand: string;
  readonly brandInk: string;
  readonly brandSoft: string;
}

/** Fills a compiled mail. Values are escaped in the HTML; an unknown `{{name}}` throws UnfilledMail. */
export function fillEmail(template: EmailTemplate, values: Readonly<Record<string, string>>, colours: MailColours): { html: string; text: string } {
  const fill = (source: string, escape: (value: string) => string) =>
    source.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new UnfilledMail(`nothing fills {{${name}}}`);
      return escape(value);
    });
  const coloured = Object.entries(STAND_INS).reduce((html, [name, standIn]) => html.replaceAll(standIn, colours[name as keyof MailColours]), template.html);
  const text = `${fill(template.text, (value) => value)}\n\n-- \n${values.business ?? ''}\n${values.contactLine ?? ''}\n`;
  // a business without a logo has its name there, and no broken picture
  const pictured = values.logoUrl ? coloured : coloured.replace(/<img[^>]*\{\{logoUrl\}\}[^>]*>/g, '');
  return { html: fill(pictured, escapeHtml), text };
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
