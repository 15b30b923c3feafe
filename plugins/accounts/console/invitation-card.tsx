import { Buttons, Card, Chip, FormArea, Stack, SubmitButton, Timeline, useText } from '@portico/ui';
import type { FormRefusal } from '@portico/ui';
import type { FollowedInvitation } from '../invitation/invitation.queries.ts';

export interface InvitationCardProps {
  readonly invitation: FollowedInvitation | null;
  readonly maySend: boolean;
  /** Some account admin has signed in, or nobody is there whom a mail reaches: then there is nobody to invite. */
  readonly canInvite: boolean;
  readonly refusal: FormRefusal | undefined;
}

const TONES = { open: 'wait', accepted: 'good', expired: 'neutral' } as const;

/** Whether the customer's account admin was invited to the portal, what came of it, and what comes next. */
export function InvitationCard({ invitation, maySend, canInvite, refusal }: InvitationCardProps) {
  const t = useText();
  if (!invitation) return <NotInvited canInvite={canInvite && maySend} refusal={refusal} />;
  const { state, name, email, invitedBy } = invitation;
  return (
    <Card title={t('accounts.invitation.card')}>
      <Stack>
        <p>
          <Chip tone={TONES[state]}>{t(`accounts.invitation.is-${state}`)}</Chip> {t('accounts.invitation.for', { name, email: email ?? '–' })}
          {invitedBy && ` ${t('accounts.invitation.asked-by', { name: invitedBy })}`}
        </p>
        <Timeline {...stepsOf(t, invitation)} />
        {state !== 'accepted' && maySend && (
          <FormArea refusal={refusal}>
            <input type="hidden" name="invitationId" value={invitation.id} />
            <p className="ui-quiet">{t('accounts.invitation.again-text')}</p>
            <Buttons>
              <SubmitButton look="plain" name="intent" value="send-again">
                {t('accounts.invitation.again')}
              </SubmitButton>
            </Buttons>
          </FormArea>
        )}
      </Stack>
    </Card>
  );
}

function NotInvited({ canInvite, refusal }: Pick<InvitationCardProps, 'canInvite' | 'refusal'>) {
  const t = useText();
  return (
    <Card title={t('accounts.invitation.card')}>
      <Stack>
        <p>{t(canInvite ? 'accounts.invitation.none' : 'accounts.invitation.nobody')}</p>
        {canInvite && (
          <FormArea refusal={refusal}>
            <Buttons>
              <SubmitButton look="plain" name="intent" value="invite">
                {t('accounts.invitation.invite')}
              </SubmitButton>
            </Buttons>
          </FormArea>
        )}
      </Stack>
    </Card>
  );
}

// The same step may have been taken more than once: an invitation is sent again as often as it was lost.
const stepsOf = (t: ReturnType<typeof useText>, { timeline, acceptedAt }: FollowedInvitation) => ({
  past: [
    ...timeline.past.map(({ key, at, text }, index) => ({ key: `${key}-${index}`, at, text: t(text) })),
    ...(acceptedAt ? [{ key: 'accepted', at: acceptedAt, text: t('accounts.invitation.accepted') }] : []),
  ],
  planned: timeline.planned.map(({ key, at, text, because }) => ({ key, at, text: t(text), note: because && t(because) })),
});
