import type { PageProps } from '@portico/kit/page';
import { Anchor, FormCard, PageHead, TextField, useText } from '@portico/ui';
import { Script } from './script.tsx';
import type { load } from './own.server.ts';

export default function Own({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('probe.own')} />
      <Script origin={data.scriptOrigin} />
      <Anchor href="/probe?from=own">{t('probe.usual')}</Anchor>
      <FormCard submit={t('probe.go')} refusal={refusal}>
        <TextField name="name" label={t('probe.name')} />
      </FormCard>
    </>
  );
}
