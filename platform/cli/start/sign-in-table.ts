import { standInOf, type Run } from './run-file.ts';

/** What a person needs after a start: one table of addresses and sign-ins. */
export function signInTable(run: Run, data: string, standIns: readonly string[] = []): string {
  const rows: string[][] = [['where', 'who', 'login', 'password']];
  for (const business of run.businesses) {
    business.signIns.forEach((one, index) => rows.push([index === 0 ? business.url : '', one.kind, one.login, one.password]));
    rows.push([`${business.url}/console`, 'owner and staff', '', '']);
  }
  if (run.mailbox) rows.push([run.mailbox.url, 'the mailbox: every mail that is sent', '', '']);
  for (const name of standIns) rows.push([standInOf(run, name)!.base, `what stands in for ${name}`, '', '']);
  if (run.temporal?.ui) rows.push([run.temporal.ui, "Temporal's own pages", '', '']);
  rows.push([`http://127.0.0.1:${run.operator}/readyz`, 'operator: is every part ready', '', '']);
  return `${columns(rows)}\n\n  Keys for the API and all addresses: ${data}/run.json`;
}

function columns(rows: string[][]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[2] || column === 0 ? (row[column] ?? '').length : 0))));
  const line = (row: string[]) =>
    `  ${row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()}`;
  const [head = [], ...body] = rows;
  return [line(head), `  ${'─'.repeat(widths.reduce((sum, width) => sum + width + 2, 20))}`, ...body.map(line)].join('\n');
}
