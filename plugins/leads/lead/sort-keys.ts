/** What lists compare: lower case without accents, at most 200 characters, cut at a whole character. */
export const sortKey = (text: string): string =>
  [
    ...text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase(),
  ]
    .slice(0, 200)
    .join('');
