import type { SlotProps } from '@portico/kit/page';
import { ButtonLink, Card, Facts, FormArea, SelectField, Stack, SubmitButton, TextField, useText } from '@portico/ui';
import type { load } from './plan-leads.server.ts';

/** On a plan's page: how many leads of which type each billing period includes. */
export default function PlanLeads({ data: { included, types }, refusal }: SlotProps<{ planId: string }, typeof load>) {
  const t = useText();
  return (
    <Card title={t('leads.plan.included')}>
      <Stack>
        {included.length === 0 ? (
          <p className="ui-quiet">{t('leads.plan.none')}</p>
        ) : (
          <Facts facts={included.map(({ type, count }) => ({ label: type, value: t('leads.plan.per-period', { count }) }))} />
        )}
        {types.length === 0 ? (
          <div>
            <ButtonLink href="/console/leads/types">{t('leads.types')}</ButtonLink>
          </div>
        ) : (
          <FormArea refusal={refusal} prefix="plan-leads">
            <SelectField name="typeId" label={t('leads.type')} options={types} />
            <TextField name="count" label={t('leads.plan.count')} hint={t('leads.plan.count.hint')} inputMode="numeric" maxLength={7} />
            <SubmitButton>{t('leads.save')}</SubmitButton>
          </FormArea>
        )}
      </Stack>
    </Card>
  );
}
