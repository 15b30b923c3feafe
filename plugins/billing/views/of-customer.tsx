/** Where a list that is narrowed to one customer leads back to: its page. */
export const crumbsOf = (of: { readonly accountId: string; readonly name: string } | null): { label: string; href: string }[] =>
  of ? [{ label: of.name, href: `/console/accounts/${of.accountId}` }] : [];
