import type { PageProps } from '@portico/kit/page';
import { FormCard, PageHead, TextField, useText } from '@portico/ui';
import type { load } from './greet.server.ts';

export default function Greet({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('probe.greet')} sub={data.actor} />
      <FormCard submit={t('probe.go')} refusal={refusal}>
        <TextField name="name" label={t('probe.name')} />
        <input type="hidden" name="user" value={data.token} />
      </FormCard>
    </>
  );
}
