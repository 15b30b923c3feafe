import { data, redirect, redirectDocument, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import type { OpenedView } from './open-view.tsx';
import type { ShownPage } from './plugin-page.tsx';

/** The loader of every shim: the host checks plugin, sign-in and right, and runs the server half. */
export async function loadPage(page: ShownPage, view: OpenedView, { context, request, params }: LoaderFunctionArgs) {
  const { portico } = context;
  const answer = await portico.load(page, request, params);
  if (answer.kind === 'go') throw page.ownDocument ? redirectDocument(answer.to) : redirect(answer.to);
  if (answer.kind === 'problem') throw data(answer.problem, { status: answer.problem.status });
  const failure = await view.failure();
  if (failure) {
    const problem = portico.problem(failure, page);
    throw data(problem, { status: problem.status });
  }
  return { data: answer.data };
}

/** The action of every shim. A refused form is shown again, with what was typed. */
export async function submitPage(page: ShownPage, { context, request, params }: ActionFunctionArgs) {
  const answer = await context.portico.submit(page, request, params);
  // a document of its own shows no other page
  if (answer.kind === 'go') return page.ownDocument ? redirectDocument(answer.to, 303) : redirect(answer.to, 303);
  const { status, refusal, part } = answer;
  return data({ refusal, part }, { status });
}
