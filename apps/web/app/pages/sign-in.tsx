import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { type MetaFunction, useActionData, useSearchParams } from '@remix-run/react';
import { FormArea, PasswordField, SignInFrame, SubmitButton, TextField, useText } from '@portico/ui';
import { useRootData } from '../root-data.ts';
import { titleOf } from '../title.ts';

export const meta: MetaFunction = ({ matches }) => [{ title: titleOf(matches, 'portico.page.sign-in') }];

/** Who is signed in already has no business here. */
export async function loader({ context }: LoaderFunctionArgs) {
  const state = await context.portico.passwordState();
  if (state !== 'nobody') throw redirect(state === 'must-change' ? '/change-password' : '/');
  return null;
}

export async function action({ context, request }: ActionFunctionArgs) {
  const answer = await context.portico.signIn(request);
  if (answer.kind === 'go') return redirect(answer.to, 303);
  return data({ refusal: answer.refusal }, { status: answer.status });
}

export default function SignIn() {
  const t = useText();
  const root = useRootData()!;
  const refusal = useActionData<typeof action>()?.refusal;
  const [search] = useSearchParams();
  const to = refusal?.typed.to ?? search.get('to') ?? '';
  return (
    <SignInFrame
      business={{ name: root.look.tenant.name, ...(root.logo ? { logo: { light: root.logo } } : {}) }}
      title={t('portico.page.sign-in')}
      help={root.contact ? [{ label: t('portico.page.contact'), href: root.contact }] : []}
    >
      <FormArea refusal={refusal} prefix="sign-in" action="/sign-in">
        <input type="hidden" name="to" value={to} />
        <TextField
          name="login"
          label={t('portico.page.sign-in.login')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={500}
          autoFocus
        />
        <PasswordField name="password" label={t('portico.page.sign-in.password')} autoComplete="current-password" maxLength={500} />
        <SubmitButton look="main" wide pendingText={t('portico.page.sign-in.pending')}>
          {t('portico.page.sign-in.button')}
        </SubmitButton>
      </FormArea>
    </SignInFrame>
  );
}
