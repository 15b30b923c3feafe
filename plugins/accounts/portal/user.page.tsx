import type { PageProps } from '@portico/kit/page';
import { Card, Chip, FormCard, PageHead, Slot, type SlotFill, Split, Stack, useSlotFills, useText } from '@portico/ui';
import type { ReactNode } from 'react';
import { AccessInWords, MemberFields } from '../member/member-fields.tsx';
import type { load } from './user.server.ts';

/** What a plugin knows of the user, in a card under its title. */
const inCard = ({ title }: SlotFill, part: ReactNode) => <Card title={title}>{part}</Card>;

/** One user: contact, sign-in, Admin Access, View Downline, who stands above, Enabled; beside it what plugins know of the user. */
export default function User({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { member, parents, isSelf } = data;
  const fills = useSlotFills(data.parts);
  return (
    <>
      <PageHead
        title={member.name}
        crumbs={[{ label: t('accounts.users'), href: '/accounts/users' }]}
        chip={member.enabled ? undefined : <Chip tone="bad">{t('accounts.disabled')}</Chip>}
      />
      <Split
        side={
          <Stack>
            <Slot fills={fills} props={{ memberId: member.id }} frame={inCard} />
            <AccessInWords />
          </Stack>
        }
      >
        <FormCard title={t('accounts.user.edit')} submit={t('accounts.save')} cancel="/accounts/users" refusal={refusal}>
          <MemberFields key={member.id} member={member} parents={parents} isSelf={isSelf} />
        </FormCard>
      </Split>
    </>
  );
}
