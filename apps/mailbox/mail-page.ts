import type { Message } from './message-store.ts';

const style = `
  :root { color-scheme: light dark; --line: #d9dde3; --quiet: #5b6470; --accent: #2f5bd0; --paper: #fff; --ground: #f6f7f9; }
  @media (prefers-color-scheme: dark) { :root { --line: #333a44; --quiet: #9aa4b2; --accent: #8fb0ff; --paper: #171a1f; --ground: #0f1115; } }
  * { box-sizing: border-box; }
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: var(--ground); }
  main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
  h1 { font-size: 1.4rem; margin: 0 0 1rem; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; color: var(--quiet); }
  a { color: var(--accent); text-decoration: none; } a:hover, a:focus-visible { text-decoration: underline; }
  ul { list-style: none; margin: 0; padding: 0; background: var(--paper); border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
  li { padding: .7rem 1rem; border-top: 1px solid var(--line); } li:first-child { border-top: 0; }
  small, dt { color: var(--quiet); } dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; overflow-wrap: anywhere; } dd { margin: 0; }
  iframe, pre { width: 100%; background: #fff; color: #111; border: 1px solid var(--line); border-radius: .6rem; }
  iframe { height: 70vh; } pre { padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/** Every mail, by business, newest first. */
export function mailListPage(messages: Message[]): string {
  const businesses = [...new Set(messages.map((message) => message.business))].sort();
  const groups = businesses.map((business) => {
    const mails = messages.filter((message) => message.business === business);
    return `<h2>${escape(business || 'No business')} (${mails.length})</h2><ul>${mails.map(row).join('')}</ul>`;
  });
  return page('Mailbox', groups.join('') || '<p>No mail yet. Everything that Portico sends arrives here.</p>');
}

function row(message: Message): string {
  return `<li><a href="/messages/${message.id}">${escape(message.subject || '(no subject)')}</a><br><small>to ${escape(message.to)} · ${time(message)}</small></li>`;
}

/** One mail: headers, the HTML part in a frame that runs no scripts, the text part, attachments. */
export function mailPage(message: Message): string {
  const lines: [string, string][] = [
    ['Business', escape(message.business)],
    ['From', escape(message.from)],
    ['To', escape(message.to)],
    ['Received', time(message)],
    ['Message-ID', escape(message.messageId)],
  ];
  const attachments = message.attachments.map(
    (one) => `<li><a href="${one.url}">${escape(one.filename)}</a> <small>${escape(one.contentType)}, ${one.size} bytes</small></li>`,
  );
  const body = [
    '<p><a href="/">All mail</a></p>',
    `<dl>${lines.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`,
    message.html ? `<h2>Message</h2><iframe title="The message as its reader sees it" sandbox="allow-popups" srcdoc="${escape(message.html)}"></iframe>` : '',
    message.text ? `<h2>Text part</h2><pre>${escape(message.text)}</pre>` : '',
    attachments.length ? `<h2>Attachments</h2><ul>${attachments.join('')}</ul>` : '',
    `<p><a href="/messages/${message.id}/source">Source</a></p>`,
  ];
  return page(message.subject || '(no subject)', body.join(''));
}

function time(message: Message): string {
  return `<time datetime="${message.receivedAt}">${message.receivedAt.replace('T', ' ').slice(0, 19)} UTC</time>`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${style}</style></head><body><main><h1>${escape(title)}</h1>${body}</main></body></html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
