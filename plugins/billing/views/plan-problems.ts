/** Where a problem of a plan stands in its form. */
export function planFields(fields: Readonly<Record<string, string>>, currencies: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([field, text]) => [formField(field, currencies), text]));
}

function formField(field: string, currencies: readonly string[]): string {
  const [, index] = /^prices\.(\d+)/.exec(field) ?? [];
  if (index !== undefined) return `price-${currencies[Number(index)] ?? currencies[0]}`;
  return { 'every.count': 'count', 'every.unit': 'unit', prices: `price-${currencies[0]}` }[field] ?? field;
}
