import { ButtonLink, EmptyState, ErrorPanel, PageHead, useText } from '@portico/ui';
import type { PageProblem } from '@portico/core';
import { problemTitle } from './title.ts';
import { useRootData } from './root-data.ts';

/** Says in words why a page is not shown. Without a problem: nobody foresaw it. */
export function ProblemPanel({ problem }: { readonly problem?: PageProblem }) {
  const t = useText();
  const contact = useRootData()?.contact;
  if (problem?.status === 404) return <NotFoundPanel />;
  if (problem?.status === 403) return <ErrorPanel title={t('portico.page.forbidden')} text={t('portico.page.forbidden.text')} retry={null} contact={contact} />;
  const title = t(problemTitle(problem?.status ?? 500));
  const text = problem && problem.status < 500 ? problem.sentence : t('portico.page.not-available.text');
  return <ErrorPanel title={title} text={text} reference={problem?.reference} contact={contact} />;
}

/** There is nothing at this address, or nothing that this person may see: both read alike. */
export function NotFoundPanel() {
  const t = useText();
  const contact = useRootData()?.contact;
  return (
    <ErrorPanel
      title={t('portico.page.not-found')}
      text={t('portico.page.not-found.text')}
      retry={null}
      contact={contact}
      actions={<ButtonLink href="/">{t('portico.page.not-found.home')}</ButtonLink>}
    />
  );
}

/** The first page of a person who is signed in and has nothing to see yet. */
export function EmptyHome() {
  const t = useText();
  return (
    <>
      <PageHead title={t('portico.page.home')} />
      <EmptyState title={t('portico.page.empty')} text={t('portico.page.empty.text')} />
    </>
  );
}
