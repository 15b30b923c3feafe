import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import type { PageRef } from '@portico/core';
import type { OpenedView } from './open-view.tsx';

/** The loader of every shim: the host checks plugin, sign-in and right, and runs the server half. */
export async function loadPage(page: PageRef, view: OpenedView, { context, request, params }: LoaderFunctionArgs) {
  const { portico } = context;
  const answer = await portico.load(page, request, params);
  if (answer.kind === 'go') throw redirect(answer.to);
  if (answer.kind === 'problem') throw data(answer.problem, { status: answer.problem.status });
  const failure = await view.failure();
  if (failure) {
    const problem = portico.problem(failure, page);
    throw data(problem, { status: problem.status });
  }
  return { data: answer.data };
}

/** The action of every shim. A refused form is shown again, with what was typed. */
export async function submitPage(page: PageRef, { context, request, params }: ActionFunctionArgs) {
  const answer = await context.portico.submit(page, request, params);
  if (answer.kind === 'go') return redirect(answer.to, 303);
  const { status, refusal, part } = answer;
  return data({ refusal, part }, { status });
}
