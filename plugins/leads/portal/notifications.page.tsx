import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, SwitchField, useText } from '@portico/ui';
import type { load } from './notifications.server.ts';

/** The user's own switch for the new-lead mail. */
export default function Notifications({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('leads.notifications')} sub={t('leads.notifications.about')} />
      <FormCard submit={t('leads.save')} refusal={refusal}>
        <SwitchField
          name="newLeadMail"
          label={t('leads.notifications.new-lead')}
          hint={t('leads.notifications.new-lead.hint')}
          defaultChecked={data.newLeadMail}
        />
      </FormCard>
    </>
  );
}
