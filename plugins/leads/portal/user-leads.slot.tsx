import type { SlotProps } from '@portico/kit/page';
import { Anchor, ButtonLink, DateTime, Stack, useText } from '@portico/ui';
import type { load } from './user-leads.server.ts';

/** On the page of a user: the leads that the user has, and the way to give more. */
export default function UserLeads({ memberId, data }: SlotProps<{ memberId: string }, typeof load>) {
  const t = useText();
  const { leads, total, isFloor, isAssignable } = data;
  return (
    <Stack>
      <p>{t(isFloor ? 'leads.of-user.many' : 'leads.of-user', { count: total })}</p>
      {leads.length > 0 && (
        <ul className="ui-stack">
          {leads.map(({ id, name, receivedAt }) => (
            <li key={id}>
              <Anchor href={`/leads/${id}`}>{name}</Anchor>{' '}
              <span className="ui-quiet">
                <DateTime at={receivedAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {isAssignable && <ButtonLink href={`/leads?assignTo=${memberId}`}>{t('leads.assign-leads')}</ButtonLink>}
    </Stack>
  );
}
