import { useMemo } from 'react';
import { isRouteErrorResponse, type MetaFunction, type ShouldRevalidateFunction, useActionData, useLoaderData, useRouteError } from '@remix-run/react';
import type { PageProblem, PageRef } from '@portico/core';
import { PluginWall, SlotViewsProvider } from '@portico/ui';
import type { OpenedView } from './open-view.tsx';
import { partViews } from './plugin-parts.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { problemTitle, titleOf } from './title.ts';

/** A page as its shim names it. */
export interface ShownPage extends PageRef {
  /** Key of its title. */
  readonly title: string;
  /** It has a document of its own. */
  readonly ownDocument?: true;
}

interface Refused {
  readonly refusal: { readonly fields: Readonly<Record<string, string>>; readonly say?: string; readonly typed: Readonly<Record<string, string>> };
  /** The part of the page whose form it was; absent: the page's own. */
  readonly part?: string;
}

/**
 * The component of a shim: the view with its data, behind a wall, and the views of the parts that may stand in it. It
 * waits for the view outside the wall, so that the page before stays until the new one is there.
 */
export const shownPage = (page: ShownPage, { read }: OpenedView) =>
  function PluginPage() {
    const { data } = useLoaderData<{ data: unknown }>();
    const refused = useActionData<Refused>();
    const slots = useMemo(() => ({ views: partViews, ...(refused?.part ? { refused: { part: refused.part, refusal: refused.refusal } } : {}) }), [refused]);
    const View = read();
    if (!View) return <ProblemPanel />;
    return (
      <PluginWall plugin={page.pluginId} part={page.path} instead={<ProblemPanel />}>
        <SlotViewsProvider value={slots}>
          <View data={data} refusal={refused?.part ? undefined : refused?.refusal} />
        </SlotViewsProvider>
      </PluginWall>
    );
  };

/**
 * A refused form shows its page again, with script as without: what the page says is asked anew, for it is often because
 * things have changed that the form was refused. Remix by itself keeps the data of before then.
 */
export const whenRefusedToo: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => defaultShouldRevalidate || (actionStatus ?? 0) >= 400;

/** "Leads · Harborline". */
export const pageMeta =
  (page: ShownPage): MetaFunction =>
  ({ matches, error }) => [{ title: titleOf(matches, error ? problemTitle(isRouteErrorResponse(error) ? error.status : 500) : page.title) }];

/** What stands in the frame in place of a page that cannot be shown. */
export function PageFailed() {
  const error = useRouteError();
  return <ProblemPanel problem={isRouteErrorResponse(error) ? (error.data as PageProblem) : undefined} />;
}
