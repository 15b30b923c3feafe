import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { Form, type MetaFunction, useActionData, useLoaderData } from '@remix-run/react';
import { Button, FormArea, PasswordField, SignInFrame, SubmitButton, useText } from '@portico/ui';
import { useRootData } from '../root-data.ts';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: titleOf(matches, 'portico.page.change-password') }];

export async function loader({ context }: LoaderFunctionArgs) {
  const state = await context.portico.passwordState();
  if (state === 'nobody') throw redirect('/sign-in?to=%2Fchange-password');
  return { mustChange: state === 'must-change' };
}

export async function action({ context, request }: ActionFunctionArgs) {
  const answer = await context.portico.changePassword(request);
  if (answer.kind === 'go') return redirect(answer.to, 303);
  return data({ refusal: answer.refusal }, { status: answer.status });
}

export default function ChangePassword() {
  const t = useText();
  const root = useRootData()!;
  const { mustChange } = useLoaderData<typeof loader>();
  const refusal = useActionData<typeof action>()?.refusal;
  return (
    <SignInFrame
      business={{ name: root.look.tenant.name, ...(root.logo ? { logo: { light: root.logo } } : {}) }}
      title={t('portico.page.change-password')}
      about={mustChange ? t('portico.page.change-password.about') : undefined}
      help={root.contact ? [{ label: t('portico.page.contact'), href: root.contact }] : []}
    >
      <FormArea refusal={refusal} prefix="change-password" action="/change-password">
        <PasswordField name="current" label={t('portico.page.change-password.current')} autoComplete="current-password" maxLength={500} />
        <PasswordField
          name="password"
          label={t('portico.page.change-password.new')}
          hint={t('portico.page.change-password.hint')}
          autoComplete="new-password"
          maxLength={500}
        />
        <PasswordField name="again" label={t('portico.page.change-password.again')} autoComplete="new-password" maxLength={500} />
        <SubmitButton look="main" wide pendingText={t('ui.saving')}>
          {t('portico.page.change-password.button')}
        </SubmitButton>
      </FormArea>
      <Form method="post" action="/sign-out" reloadDocument>
        <Button look="bare" wide>
          {t('ui.sign-out')}
        </Button>
      </Form>
    </SignInFrame>
  );
}
