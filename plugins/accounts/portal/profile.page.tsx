import type { PageProps } from '@portico/kit/page';
import { ProfileForms } from '../profile/profile-forms.tsx';
import type { load } from './profile.server.ts';

/** What a customer's user changes about the own sign-in. */
export default function Profile({ data, refusal }: PageProps<typeof load>) {
  return <ProfileForms profile={data} refusal={refusal} title="accounts.settings" />;
}
