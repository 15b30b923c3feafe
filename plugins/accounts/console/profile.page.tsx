import type { PageProps } from '@portico/kit/page';
import { ProfileForms } from '../profile/profile-forms.tsx';
import type { load } from './profile.server.ts';

/** What staff change about themselves. */
export default function MyProfile({ data, refusal }: PageProps<typeof load>) {
  return <ProfileForms profile={data} refusal={refusal} title="accounts.my-profile" />;
}
