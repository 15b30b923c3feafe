// Two questions that only a linter with types can ask: is every promise, and everything that is awaited like one (a query),
// waited for? All style is Biome's.
import tseslint from '@typescript-eslint/eslint-plugin';
import parser from '@typescript-eslint/parser';

export default [
  { ignores: ['**/node_modules/**', '**/dist/**', '**/build/**', '**/generated/**', '**/.turbo/**', 'reports/**', '.data/**', '**/*.{js,mjs,cjs}'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser, parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { checkThenables: true, ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': 'error',
    },
  },
];
